import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QueryEngine } from '../../support/query-engine.ts';
import { poll } from '../../support/poll.ts';
import { float32, npz, uidArray } from './arrays.ts';

const ROWS = 20_000;
const uid = (n: number): string => ((n * 7919) % ROWS).toString(16).padStart(32, '0');
const score = (n: number): number => ((n * 31) % 997) / 1024;
const rows = Array.from({ length: ROWS }, (_, n) => n);

let engine: QueryEngine;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet('X.parquet', `SELECT lpad(to_hex((n * 7919) % ${ROWS}), 32, '0') AS uid, n FROM range(${ROWS}) AS t(n)`);
  writeFileSync(join(engine.folder, 'X.npz'), npz({ score: float32(rows.map(score)) }));
  writeFileSync(join(engine.folder, 'few.npy'), uidArray(rows.filter((n) => n % 10 === 0).map((n) => n.toString(16).padStart(32, '0'))));
  ({ shard } = await engine.open(path));
});
afterAll(() => engine.stop());

test('a threshold on a joined score keeps the rows of the plain loop, in order', async () => {
  expect(await engine.rows(shard, [{ type: 'range', column: ['score'], min: '0.5' }])).toEqual(rows.filter((n) => score(n) >= 0.5));
});

test('rows are sorted by a joined score', async () => {
  const expected = rows.toSorted((a, b) => score(b) - score(a) || a - b);
  expect(await engine.rows(shard, [], [{ column: ['score'], descending: true }])).toEqual(expected);
});

test('a subset filters, with a condition on the score and one in SQL', async () => {
  const kept = rows.filter((n) => Number.parseInt(uid(n), 16) % 10 === 0 && score(n) < 0.25 && n % 3 === 0);
  const conditions = [
    { type: 'values', column: ['few'], values: ['true'] },
    { type: 'range', column: ['score'], max: '0.25', maxOpen: true },
    { type: 'sql', where: 'n % 3 = 0 AND few' },
  ] as const;
  expect(await engine.rows(shard, conditions)).toEqual(kept);
  expect((await engine.request('shard/count', { shard, query: { conditions, sort: [] } })).kept).toBe(kept.length);
});

test('the page of a result has the joined cells', async () => {
  const result = await engine.finish(shard, { conditions: [{ type: 'range', column: ['n'], min: '19998' }], sort: [] });
  const { state } = await engine.open(join(engine.folder, 'X.parquet'));
  const columns = ['n', 'score', 'few'].map((name) => state.columns.find((column) => column.name === name)!.index);
  const page = await engine.request('shard/page', { shard, result: result.result, start: 0, end: 10, columns });
  expect(page.columns.map(({ texts }) => texts.map((text) => (Number.isNaN(Number(text)) ? text : Number(text))))).toEqual([
    [19_998, 19_999],
    [0.78222656, 0.8125],
    [19_998, 19_999].map((n) => String(Number.parseInt(uid(n), 16) % 10 === 0)),
  ]);
});

test('a side-car that vanishes or becomes shorter is told in its cells; the shard goes on', async () => {
  const path = await engine.parquet('gone.parquet', 'SELECT range AS n FROM range(5000)');
  writeFileSync(join(engine.folder, 'gone.npz'), npz({ score: float32(rows.slice(0, 5000)) }));
  const opened = await engine.open(path);
  await poll('the count of the side-car', async () => {
    const { tables } = await engine.request('shard/metadata', { shard: opened.shard });
    return tables.some(({ title, rows: found }) => title === 'Side-cars' && found[0]?.[4] === '0');
  });
  writeFileSync(join(engine.folder, 'gone.npz'), 'short');
  const page = await engine.request('shard/page', { shard: opened.shard, start: 4990, end: 5000, columns: [0, 1] });
  expect(page.columns[0]?.texts[9]).toBe('4999');
  expect(page.columns[1]?.kinds[9]).toBe('invalid');
  expect(page.columns[1]?.texts[9]).toBe('gone.npz shrank from 20244 to 5 bytes while it was open; open it again.');
});
