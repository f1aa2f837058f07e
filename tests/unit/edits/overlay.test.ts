import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configureDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import { OverlayShard } from '../../../extension/engine/edits/overlay-shard.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { reversed } from '../../../extension/journal/reverse.ts';
import { MISSING, type CellPath, type Change, type WrittenValue } from '../../../extension/protocol/edits.ts';
import { GRID_LIMITS, type Value } from '../../../extension/protocol/values.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';
import { END, member } from '../webdataset/archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-overlay-'));
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: new AbortController().signal };
const never = new AbortController().signal;
beforeAll(() => configureDuckdb({ memory: 512, threads: 2, cacheFolder: folder }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const number = (text: string): Value => ({ type: 'number', text });
const missing: Value = { type: 'missing' };
const json = (text: string): WrittenValue => ({ json: text });
const cell = (row: number, path: CellPath, old: WrittenValue, value: WrittenValue): Change => ({ kind: 'cell', row, path, old, new: value });

let files = 0;
async function over(content: string | Buffer, name = 'a.jsonl'): Promise<OverlayShard> {
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, content);
  const shard = new OverlayShard(await openShard(path, context), () => undefined);
  await shard.settled();
  return shard;
}

async function cells(shard: Shard, limits = GRID_LIMITS): Promise<Value[][]> {
  const columns = shard.state().columns.map(({ index }) => index);
  return shard.read({ start: 0, end: 100, columns, limits }, never);
}

const LINES = '{"t": "one", "n": 1, "m": {"x": 1, "y": [1, 2]}}\n{"t": "two", "n": 2.50}\n{"t": null}\n';
const EDITS: Change[] = [
  cell(0, ['t'], json('"one"'), json('"uno"')),
  cell(0, ['m', 'y', 1], json('2'), json('12345678901234567890')),
  cell(1, ['n'], json('2.50'), MISSING),
  cell(2, ['t'], json('null'), json('""')),
  cell(2, ['m'], MISSING, json('{"x": 1}')),
  cell(2, ['m', 'x'], json('1'), json('3')),
];

describe('a shard under edits', () => {
  it('reads as it will be when it is saved', async () => {
    const shard = await over(LINES);
    shard.apply(EDITS);
    const seen = await cells(shard);
    expect(seen).toEqual([
      ['uno', 'two', ''],
      [number('1'), missing, missing],
      [
        { type: 'struct', length: 2, entries: [['x', number('1')], ['y', { type: 'list', length: 2, items: [number('1'), number('12345678901234567890')] }]] },
        missing,
        { type: 'struct', length: 1, entries: [['x', number('3')]] },
      ],
    ]);
    expect(await shard.readRows({ rows: [2, 0], columns: [0, 1], limits: GRID_LIMITS }, never)).toEqual([['', 'uno'], [missing, number('1')]]);
    await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: shard.edits, target: {}, expected: null }, never);
    const again = await openShard(shard.state().path, context);
    await again.settled();
    expect(await cells(again)).toEqual(seen);
    await again.close();
    await shard.close();
  });

  it('is as before when the edits are taken back', async () => {
    const shard = await over(LINES);
    const before = await cells(shard);
    shard.apply(EDITS);
    shard.apply(reversed(EDITS));
    expect(shard.edits.isEmpty).toBe(true);
    expect(await cells(shard)).toEqual(before);
    await shard.close();
  });

  it('cuts new values to the limits of a request', async () => {
    const shard = await over(LINES);
    shard.apply([cell(0, ['t'], json('"one"'), json(JSON.stringify('x'.repeat(1000))))]);
    expect((await cells(shard, { ...GRID_LIMITS, text: 4 }))[0]?.[0]).toEqual({ type: 'text', text: 'xxxx', length: 1000 });
    await shard.close();
  });

  it('shows added columns until they are taken back, under numbers that stay', async () => {
    const shard = await over(LINES);
    const add: Change = { kind: 'column', name: 'label', type: 'text', present: true };
    shard.apply([add, cell(1, ['label'], MISSING, json('"a"'))]);
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['t', 'n', 'm', 'label']);
    expect((await cells(shard))[3]).toEqual([missing, 'a', missing]);
    expect(shard.rewriter!.targets()[3]).toEqual({ path: ['label'] });
    shard.apply(reversed([add, cell(1, ['label'], MISSING, json('"a"'))]));
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['t', 'n', 'm']);
    await shard.close();
  });

  it('says where an edit does not fit', async () => {
    const shard = await over(LINES);
    shard.apply([cell(0, ['m', 'x'], json('7'), json('8'))]);
    expect((await cells(shard))[2]?.[0]).toMatchObject({ type: 'invalid', message: expect.stringContaining('another value') as string });
    await shard.close();
  });

  it('puts members of samples over those of the archive', async () => {
    const shard = await over(Buffer.concat([member('1.txt', 'cat'), member('1.json', '{"a": 1}'), member('2.txt', 'dog'), END]), 'a.tar');
    shard.apply([cell(0, ['txt'], json('"cat"'), json('"a cat"')), cell(0, ['json', 'a'], json('1'), json('2')), cell(1, ['json'], MISSING, json('{}'))]);
    expect((await cells(shard)).slice(1)).toEqual([
      ['a cat', 'dog'],
      [{ type: 'struct', length: 1, entries: [['a', number('2')]] }, { type: 'struct', length: 0, entries: [] }],
    ]);
    await shard.close();
  });
});

describe('a query under edits', () => {
  const select = async (shard: Shard, fields: readonly (readonly [number, ...string[]])[], sql: string): Promise<unknown[][]> => {
    const relation = await shard.relation(fields.map(([index, ...names]) => ({ index, fields: names })), () => undefined, never);
    return (await query(`SELECT ${sql} FROM ${relation.from} ORDER BY row`, [], {})).columns.map((column) => [...column]);
  };

  it('sees them', async () => {
    const shard = await over(LINES);
    shard.apply([...EDITS, { kind: 'column', name: 'label', type: 'text', present: true }, cell(1, ['label'], MISSING, json('"a"'))]);
    expect(await select(shard, [[0], [1], [2, 'x'], [3]], 'v0, m0, v1::VARCHAR, m1, v2::VARCHAR, v3, m3')).toEqual([
      ['uno', 'two', ''],
      [false, false, false],
      ['1.0', null, null],
      [false, true, true],
      ['1', null, '3'],
      [null, 'a', null],
      [true, false, true],
    ]);
    await shard.close();
  });

  it('widens a column that does not hold a new value', async () => {
    const shard = await over('{"n": 1}\n{"n": 2}\n');
    shard.apply([cell(0, ['n'], json('1'), json('1.5'))]);
    expect(await select(shard, [[0]], 'v0::VARCHAR, v0 > 1.75')).toEqual([['1.5000000000000000000', '2.0000000000000000000'], [false, true]]);
    shard.apply([cell(0, ['n'], json('1.5'), json('"high"'))]);
    expect(await select(shard, [[0]], 'v0')).toEqual([['high', '2']]);
    await shard.close();
  });
});
