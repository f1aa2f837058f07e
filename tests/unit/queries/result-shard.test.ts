import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { IdTables } from '../../../extension/engine/queries/id-tables.ts';
import { ResultShard } from '../../../extension/engine/queries/result-shard.ts';
import { RunningResult } from '../../../extension/engine/queries/running-result.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import type { LintFinding } from '../../../extension/protocol/lint.ts';
import { GRID_LIMITS } from '../../../extension/protocol/values.ts';
import type { Query, ResultState } from '../../../extension/protocol/queries.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import type { Relation } from '../../../extension/engine/queries/relation.ts';
import { poll } from '../../support/poll.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const signal = new AbortController().signal;
let engine: QueryEngine;
let base: Shard;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet('base.parquet', "SELECT i AS id, 'name ' || i AS name FROM range(1000) t(i)");
  base = await openShard(path, { cacheFolder: engine.folder, cacheBytes: 0, changed: () => undefined, signal });
});
afterAll(async () => {
  await base.close();
  await engine.stop();
});

function resultOf(shard: Shard, asked: Query): ResultShard {
  const idTables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
  return new ResultShard(shard, new RunningResult({ id: 1, shard, query: asked, idTables, tell: () => undefined }), idTables);
}

const LAST: Query = { conditions: [{ type: 'range', column: ['id'], min: '990' }], sort: [{ column: ['id'], descending: true }] };

describe("a query's result as a shard", () => {
  it('waits for the rows that are asked for, and knows its end', async () => {
    const shard = resultOf(base, LAST);
    expect(await shard.read({ start: 8, end: 20, columns: [1], limits: GRID_LIMITS }, signal)).toEqual([['name 991', 'name 990']]);
    expect(shard.state()).toMatchObject({ rows: 10, rowsComplete: true, format: 'parquet' });
    expect(await shard.read({ start: 10, end: 20, columns: [1], limits: GRID_LIMITS }, signal)).toEqual([[]]);
    expect(await shard.readRows({ rows: [9, 0], columns: [1], limits: GRID_LIMITS }, signal)).toEqual([['name 990', 'name 999']]);
    expect(await shard.place(0, signal)).toBe('row group 1, row 1000');
    expect([await shard.raw(0, signal), await shard.members(0, signal)]).toEqual([null, null]);
  });

  it('is a table whose rows are numbered by position', async () => {
    const { from, rows } = await resultOf(base, LAST).relation([{ index: 1, fields: [] }], () => undefined, signal);
    expect(rows).toBe(10);
    expect((await query(`SELECT "row"::INTEGER, v0 FROM ${from} ORDER BY 1 LIMIT 2`, [])).columns).toEqual([[0, 1], ['name 999', 'name 998']]);
  });

  it('has the findings of its own rows, and of the whole file', async () => {
    const finding: LintFinding = { code: 'bad-json', severity: 'warning', message: 'Bad.', place: 'somewhere' };
    const linted = like(base, { lint: () => Promise.resolve([finding, { ...finding, row: 995 }, { ...finding, row: 3 }]) });
    expect(await resultOf(linted, LAST).lint(signal)).toEqual([finding, { ...finding, row: 4 }]);
  });

  it('ends with its query', async () => {
    const shard = resultOf(base, { conditions: [{ type: 'null', column: ['nothing'] }], sort: [] });
    expect(await shard.read({ start: 0, end: 5, columns: [0], limits: GRID_LIMITS }, signal)).toEqual([[]]);
    await expect(shard.rowNumber(0, signal)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('a query that waits for work', () => {
  it('answers after a moment, tells how far the work is, and goes on', async () => {
    const gate = Promise.withResolvers<null>();
    const slow = like(base, {
      relation: async (columns, report, until) => {
        report('Reading rows', 1, 2);
        await gate.promise;
        return base.relation(columns, report, until);
      },
    });
    const told: ResultState[] = [];
    const idTables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
    const running = new RunningResult({ id: 7, shard: slow, query: LAST, idTables, tell: (state) => told.push(state) });
    expect(await running.first(signal)).toEqual({ result: 7, rows: 0, complete: false, scanned: 0, progress: { label: 'Reading rows', done: 1, total: 2 } });
    gate.resolve(null);
    const last = await poll('the end', () => told.find(({ complete }) => complete));
    expect(last).toEqual({ result: 7, rows: 10, complete: true, scanned: 1000 });
  });

  it('is waited for by whoever seeks a row in it', async () => {
    const gate = Promise.withResolvers<null>();
    const slow = like(base, { relation: async (columns, report, until) => (await gate.promise, base.relation(columns, report, until)) });
    const idTables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
    const running = new RunningResult({ id: 8, shard: slow, query: LAST, idTables, tell: () => undefined });
    const [found, hidden] = [running.find(998, signal), running.find(3, signal)];
    const given = new AbortController();
    const late = running.find(999, given.signal);
    given.abort();
    await expect(late).rejects.toThrow();
    expect(running.rows.indexOf(998)).toBeNull();
    gate.resolve(null);
    expect(await Promise.all([found, hidden])).toEqual([1, null]);
    const ascending = new RunningResult({ id: 9, shard: base, query: { ...LAST, sort: [] }, idTables, tell: () => undefined });
    expect(await Promise.all([ascending.find(998, signal), ascending.find(3, signal)])).toEqual([8, null]);
  });

  it('fails its request where it fails at once, and tells later failures', async () => {
    const idTables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
    const bad: Query = { conditions: [{ type: 'sql', where: 'nothing = 1' }], sort: [] };
    await expect(new RunningResult({ id: 1, shard: base, query: bad, idTables, tell: () => undefined }).first(signal)).rejects.toMatchObject({ code: 'invalid-request' });
    const gate = Promise.withResolvers<Relation>();
    const told: ResultState[] = [];
    const running = new RunningResult({ id: 2, shard: like(base, { relation: (_, report) => (report('Reading rows', 0, 1), gate.promise) }), query: LAST, idTables, tell: (state) => told.push(state) });
    expect(await running.first(signal)).toMatchObject({ rows: 0, complete: false });
    gate.reject(new LoupeError('changed', 'base.parquet was changed.'));
    expect(await poll('the error', () => told.find(({ error }) => error !== undefined))).toMatchObject({ result: 2, complete: false, error: { code: 'changed', message: 'base.parquet was changed.' } });
  });
});

/** The shard with some of its methods replaced. */
function like(shard: Shard, replaced: Partial<Shard>): Shard {
  return new Proxy(shard, {
    get: (target, name) => {
      const own: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}
