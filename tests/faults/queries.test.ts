import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../extension/protocol/queries.ts';
import { QueryEngine } from '../support/query-engine.ts';

let engine: QueryEngine;

beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

describe('5,000 columns', () => {
  const COLUMNS = 5_000;
  let shard: number;

  beforeAll(async () => {
    const columns = Array.from({ length: COLUMNS }, (_, i) => (i % 2 === 0 ? `i * ${i} AS n${i}` : `'text ' || (i * ${i}) AS t${i}`));
    ({ shard } = await engine.open(await engine.parquet('wide.parquet', `SELECT ${columns.join(', ')} FROM range(20) t(i)`)));
  });

  it('are searched, filtered and sorted', async () => {
    const search: Condition = { type: 'text', text: `text ${19 * 4_999}`, matchCase: true, regex: false };
    expect(await engine.rows(shard, [search])).toEqual([19]);
    expect(await engine.rows(shard, [{ type: 'sql', where: 'n4998 > 50000 AND t4999 LIKE \'%7\'' }])).toEqual([13]);
    expect((await engine.rows(shard, [], [{ column: ['n4998'], descending: true }]))[0]).toBe(19);
    expect(await engine.rows(shard, [{ type: 'sql', where: "COLUMNS('n[0-9]+') = 0" }])).toEqual([0]);
    const match = { condition: search, from: 0, backwards: false } as const;
    expect(await engine.request('shard/nextMatch', { shard, match })).toEqual({ position: 19 });
  });

  it('are counted, judged and read one by one', async () => {
    expect(await engine.request('shard/summary', { shard, column: ['n4998'], quick: false })).toMatchObject({ rows: 20, exact: true, min: '0', max: String(19 * 4_998) });
    const { columns } = await engine.request('shard/scores', { shard, corrections: [{ column: ['t4999'], role: { role: 'caption' } }] });
    expect(columns.find(({ column }) => column[0] === 't4999')).toMatchObject({ role: { role: 'caption' } });
    const page = await engine.request('shard/page', { shard, start: 0, end: 20, columns: [0, 4_999] });
    expect(page.columns.map(({ texts }) => texts[19])).toEqual(['0', `text ${19 * 4_999}`]);
  });
});

describe('hostile questions', () => {
  let shard: number;

  beforeAll(async () => {
    ({ shard } = await engine.open(await engine.parquet('small.parquet', "SELECT i, 'text' AS t FROM range(10) t(i)")));
  });

  const count = (condition: Condition): Promise<{ kept: number }> => engine.request('shard/count', { shard, query: { conditions: [condition], sort: [] } });

  it('end in an error in words, or in an answer', async () => {
    await expect(count({ type: 'values', column: ['i'], values: Array.from({ length: 10_001 }, (_, i) => String(i)) })).rejects.toMatchObject({ code: 'too-large' });
    expect(await count({ type: 'values', column: ['i'], values: Array.from({ length: 10_000 }, (_, i) => String(i)) })).toMatchObject({ kept: 10 });
    await expect(engine.request('shard/count', { shard, query: { conditions: Array.from({ length: 1_001 }, () => ({ type: 'null', column: ['i'] }) as const), sort: [] } })).rejects.toMatchObject({ code: 'too-large' });
    await expect(count({ type: 'range', column: ['i'], min: '1e99999999999999999' })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await count({ type: 'range', column: ['i'], max: '1e999999999' })).toMatchObject({ kept: 10 });
    expect(await count({ type: 'range', column: ['i'], min: `0.${'0'.repeat(100_000)}1` })).toMatchObject({ kept: 9 });
    expect(await count({ type: 'text', column: ['t'], text: 'x\0y', matchCase: false, regex: false })).toMatchObject({ kept: 0 });
    expect(await count({ type: 'text', column: ['t'], text: "'; DROP TABLE shard; --", matchCase: false, regex: false })).toMatchObject({ kept: 0 });
    expect(await count({ type: 'text', column: ['t'], text: '\ud800', matchCase: false, regex: false })).toMatchObject({ kept: 0 });
    await expect(count({ type: 'text', column: ['t'], text: 'a{100000}', matchCase: false, regex: true })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await count({ type: 'text', column: ['t'], text: `${'('.repeat(500)}t${')'.repeat(500)}`, matchCase: false, regex: true })).toMatchObject({ kept: 10 });
    // No backtracking: RE2 answers in time.
    expect(await count({ type: 'text', column: ['t'], text: '^(t|te|ex|x|t)*$'.replace('$', '!$'), matchCase: false, regex: true })).toMatchObject({ kept: 0 });
    await expect(count({ type: 'sql', where: `${'['.repeat(5_000)}i${']'.repeat(5_000)} = i` })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(count({ type: 'sql', where: `${'NOT '.repeat(20_000)}true` })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(count({ type: 'sql', where: 'x'.repeat(100_001) })).rejects.toMatchObject({ code: 'too-large' });
  });

  it('leave the shard as it was', async () => {
    expect(await engine.rows(shard, [{ type: 'range', column: ['i'], min: '8' }])).toEqual([8, 9]);
  });
});

describe('a file that goes away', () => {
  it('is named', async () => {
    const path = await engine.parquet('gone.parquet', 'SELECT i FROM range(10) t(i)');
    const { shard } = await engine.open(path);
    await rm(path);
    await expect(engine.request('shard/query', { shard, query: { conditions: [{ type: 'range', column: ['i'], min: '3' }], sort: [] } })).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('gone.parquet') as string });
  });

  it('takes no other shard of its set along', async () => {
    const folder = join(engine.folder, 'set');
    await mkdir(folder);
    for (const name of ['a', 'b', 'c']) await engine.parquet(`set/${name}.parquet`, `SELECT '${name}' || i AS id, i FROM range(10) t(i)`);
    const { shard, state } = await engine.request('shard/open', { location: { kind: 'set', folder, patterns: ['*.parquet'] } });
    expect(state.partCount).toBe(3);
    const query = { conditions: [{ type: 'range', column: ['i'], min: '3' } as const], sort: [] };
    expect(await engine.request('shard/count', { shard, query })).toEqual({ kept: 21, total: 30 });
    await rm(join(folder, 'b.parquet'));
    // What counts rows says how many it looked at; numbers of rows stay those of the whole table.
    expect(await engine.request('shard/count', { shard, query: { ...query, conditions: [{ type: 'range', column: ['i'], min: '8' }] } })).toEqual({ kept: 4, total: 20 });
    expect(await engine.request('shard/summary', { shard, column: ['i'], quick: false })).toMatchObject({ rows: 20, min: '0', max: '9' });
    expect(await engine.rows(shard, [{ type: 'range', column: ['i'], min: '8' }])).toEqual([8, 9, 28, 29]);
    const page = await engine.request('shard/page', { shard, start: 0, end: 30, columns: [1] });
    expect(page.columns[0]?.texts.filter((text) => text.startsWith('c'))).toHaveLength(10);
  });
});
