import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { query as ask } from '../../../extension/engine/duckdb/session.ts';
import { createEngine, type EngineService } from '../../../extension/engine/service.ts';
import type { Comparison } from '../../../extension/protocol/comparison.ts';
import type { EngineRequests } from '../../../extension/protocol/engine.ts';
import { EVERYTHING, type Condition } from '../../../extension/protocol/queries.ts';
import type { ShardId } from '../../../extension/protocol/shards.ts';
import { SetFixture } from '../sets/fixture.ts';

const signal = new AbortController().signal;
let files: SetFixture;
let engine: EngineService;

const request = <K extends keyof EngineRequests>(method: K, params: EngineRequests[K]['params']): Promise<EngineRequests[K]['result']> =>
  Promise.resolve(engine.handlers[method](params, signal));

beforeEach(async () => {
  files = new SetFixture();
  engine = createEngine(() => undefined);
  await request('engine/configure', { cacheFolder: files.path('cache'), limits: { duckdbMemory: 512, duckdbThreads: 2, cacheSize: 512, openTimeout: 60 } });
});
afterEach(async () => {
  await engine.close();
  await files.end();
});

async function open(name: string): Promise<ShardId> {
  return (await request('shard/open', { location: { kind: 'file', path: files.path(name) } })).shard;
}

async function lines(name: string, records: readonly object[]): Promise<ShardId> {
  files.lines(name, records);
  return open(name);
}

async function parquet(name: string, select: string): Promise<ShardId> {
  await ask(`COPY (${select}) TO '${files.path(name)}' (FORMAT parquet)`, []);
  return open(name);
}

async function compare(shard: ShardId, other: ShardId): Promise<Comparison> {
  return request('shard/compare', { shard, other });
}

/** Row numbers that a query keeps. */
async function rows(shard: ShardId, ...conditions: readonly Condition[]): Promise<readonly number[] | undefined> {
  const { result } = await request('shard/query', { shard, query: { ...EVERYTHING, conditions } });
  return (await request('shard/page', { shard, result, start: 0, end: 100, columns: [0] })).rows;
}

describe('two versions of a shard', () => {
  test('are compared by a column that names their rows, from either side', async () => {
    const before = await lines('a.jsonl', [{ id: 'p', text: 'one' }, { id: 'q', text: 'two' }, { id: 'r', text: 'three' }, { id: 's', text: 'four' }]);
    const after = await lines('b.jsonl', [{ id: 's', text: 'four' }, { id: 'q', text: 'TWO' }, { id: 'x', text: 'new' }, { id: 'p', text: 'one' }]);
    expect(await compare(after, before)).toEqual({ key: 'id', changed: 1, added: 1, removed: 1, ownColumns: [], otherColumns: [], ranges: [1, 3], cut: false });
    expect(await compare(before, after)).toMatchObject({ key: 'id', changed: 1, added: 1, removed: 1, ranges: [1, 3] });
    expect(await rows(after, { type: 'changed' })).toEqual([1, 2]);
    expect(await rows(after, { type: 'changed', not: true })).toEqual([0, 3]);
    expect(await rows(after, { type: 'changed' }, { type: 'values', column: ['id'], values: ['x', 'p'] })).toEqual([2]);
    expect(await rows(before, { type: 'changed' })).toEqual([1, 2]);
  });

  test('are compared by row number where no column names the rows', async () => {
    const before = await lines('a.jsonl', [{ id: 1, n: 1 }, { id: 1, n: 2 }, { id: 2, n: 3 }]);
    const after = await lines('b.jsonl', [{ id: 1, n: 1 }, { id: 1, n: 5 }, { id: 2, n: 3 }, { id: 3, n: 4 }]);
    expect(await compare(after, before)).toMatchObject({ key: null, changed: 1, added: 1, removed: 0, ranges: [1, 2, 3, 4] });
    expect(await compare(before, after)).toMatchObject({ key: null, changed: 1, added: 0, removed: 1, ranges: [1, 2] });
  });

  test('may have other columns, which make no row a changed one; a null is not a missing field', async () => {
    const before = await lines('a.jsonl', [{ key: 'a', x: null }, { key: 'b', old: 1 }, { key: 'c', x: 1 }]);
    const after = await lines('b.jsonl', [{ key: 'a', fresh: 1 }, { key: 'b' }, { key: 'c', x: 1 }]);
    expect(await compare(after, before)).toMatchObject({ key: 'key', changed: 1, ownColumns: ['fresh'], otherColumns: ['old'], ranges: [0, 1] });
  });

  test('may have other types: what matters is the value', async () => {
    const before = await parquet('a.parquet', "SELECT range::INTEGER AS uid, range::FLOAT AS score, 'x' AS t FROM range(4)");
    const after = await parquet('b.parquet', "SELECT range::BIGINT AS uid, CASE WHEN range = 2 THEN 2.5 ELSE range END::DOUBLE AS score, 'x' AS t FROM range(4)");
    expect(await compare(after, before)).toMatchObject({ key: 'uid', changed: 1, added: 0, ranges: [2, 3] });
  });

  test('of a million rows tell where changes are, as far as a message should', async () => {
    const before = await parquet('a.parquet', 'SELECT range AS id, range AS n FROM range(1000000)');
    const after = await parquet('b.parquet', 'SELECT range AS id, CASE WHEN range % 20 = 3 THEN -1 ELSE range END AS n FROM range(1000000)');
    const found = await compare(after, before);
    expect(found).toMatchObject({ key: 'id', changed: 50_000, added: 0, removed: 0, cut: true });
    expect(found.ranges).toHaveLength(40_000);
    expect(found.ranges.slice(0, 4)).toEqual([3, 4, 23, 24]);
    expect(await request('shard/count', { shard: after, query: { ...EVERYTHING, conditions: [{ type: 'changed' }] } })).toEqual({ kept: 50_000, total: 1_000_000 });
  });

  test('that were not compared have no changed rows to show', async () => {
    const shard = await lines('a.jsonl', [{ id: 1 }]);
    await expect(rows(shard, { type: 'changed' })).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining('no other version') as string });
  });

  test('leave nothing behind when they are closed', async () => {
    const [a, b] = [await lines('a.jsonl', [{ id: 1 }]), await lines('b.jsonl', [{ id: 2 }])];
    const tables = async (): Promise<number> => Number((await ask("SELECT count(*)::INTEGER FROM duckdb_tables() WHERE table_name LIKE 'loupe_changed_%'", [])).columns[0]?.[0]);
    const before = await tables();
    await compare(a, b);
    await compare(a, b);
    expect(await tables()).toBe(before + 1);
    await request('shard/close', { shard: a });
    expect(await tables()).toBe(before);
  });
});
