import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlHandlers } from '../../../extension/engine/sql/handlers.ts';
import { SqlResults } from '../../../extension/engine/sql/sql-results.ts';
import type { ReportWork } from '../../../extension/engine/queries/relation.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import type { SqlResult } from '../../../extension/protocol/queries.ts';
import { poll } from '../../support/poll.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const ROWS = 5_000;

let engine: QueryEngine;
let parquet: number;
let lines: number;
let csv: string;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet(
    'table.parquet',
    `SELECT range AS id, 'text ' || range AS text, (range % 7)::DOUBLE / 7 AS score, {'a b': range, 'c': NULL::INTEGER} AS facts, [range, range + 1] AS list, 9007199254740993 + range AS big FROM range(${ROWS})`,
  );
  parquet = (await engine.open(path)).shard;
  const records = Array.from({ length: 200 }, (_, i) => JSON.stringify({ id: i, caption: `caption ${i % 10}`, 'odd "name"': i % 3 === 0 ? null : i, unused: 'x' }));
  const jsonl = join(engine.folder, 'lines.jsonl');
  await writeFile(jsonl, `${records.join('\n')}\n`);
  lines = (await engine.open(jsonl)).shard;
  csv = join(engine.folder, 'secret.csv');
  await writeFile(csv, 'a,b\n1,2\n');
});

afterAll(() => engine.stop());

/** A result's cells by row, each as its text. */
async function cells(shard: number, { sqlResult, rows }: SqlResult): Promise<string[][]> {
  const page = await engine.request('shard/sqlPage', { shard, sqlResult, start: 0, end: rows });
  return Array.from({ length: page.rowCount }, (_, row) => page.columns.map((column) => (column.kinds[row] === 'null' ? 'null' : (column.texts[row] ?? ''))));
}

async function answer(sql: string, shard = parquet): Promise<string[][]> {
  return cells(shard, await engine.request('shard/sql', { shard, sql }));
}

async function failure(sql: string, shard = parquet): Promise<LoupeError> {
  const error: unknown = await engine.request('shard/sql', { shard, sql }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error, sql).toBeInstanceOf(LoupeError);
  return error as LoupeError;
}

describe('a statement', () => {
  it('counts what a plain loop counts', async () => {
    const plain = Array.from({ length: ROWS }, (_, id) => id).filter((id) => (id % 7) / 7 > 0.5 && String(id).endsWith('1')).length;
    expect(await answer("SELECT count(*) FROM shard WHERE score > 0.5 AND text LIKE '%1'")).toEqual([[String(plain)]]);
  });

  it.each([
    ['SELECT count(*) FROM shard', String(ROWS)],
    ['SELECT count(*) FROM shard;', String(ROWS)],
    ['SELECT count(*) FROM shard; -- the end', String(ROWS)],
    ['WITH few AS (SELECT id FROM shard WHERE id < 3) SELECT sum(id) FROM few', '3'],
    ['SELECT max(big) FROM shard', String(9007199254740993n + BigInt(ROWS) - 1n)],
    ['SELECT sum(a.id) FROM shard a JOIN shard b USING (id) WHERE b.id < 4', '6'],
    ['SELECT facts."a b" FROM shard WHERE id = 7', '7'],
    ['SELECT count(shard) FROM shard', String(ROWS)],
    ['(SELECT 1) UNION ALL (SELECT 1) LIMIT 1', '1'],
    ['WITH shard AS (SELECT 42 AS id) SELECT id FROM shard', '42'],
  ])('answers %s', async (sql, expected) => {
    expect(await answer(sql)).toEqual([[expected]]);
  });

  it('keeps order, names that repeat, nulls and nested values', async () => {
    const result = await engine.request('shard/sql', { shard: parquet, sql: 'SELECT id, id, NULL AS nothing, facts, list FROM shard ORDER BY id DESC LIMIT 2' });
    expect(result.columns.map(({ name }) => name)).toEqual(['id', 'id', 'nothing', 'facts', 'list']);
    expect(await cells(parquet, result)).toEqual([
      ['4999', '4999', 'null', '{"a b": 4999, "c": null}', '[4999, 5000]'],
      ['4998', '4998', 'null', '{"a b": 4998, "c": null}', '[4998, 4999]'],
    ]);
  });

  it('describes the table with every column', async () => {
    expect((await answer('DESCRIBE shard')).map(([name]) => name)).toEqual(['id', 'text', 'score', 'facts', 'list', 'big']);
    expect((await answer('SUMMARIZE shard'))[0]?.slice(0, 4)).toEqual(['id', 'BIGINT', '0', String(ROWS - 1)]);
  });

  it('asks a text format for the columns that it names', async () => {
    expect(await answer("SELECT caption, count(*) FROM shard WHERE id < 20 GROUP BY caption ORDER BY caption LIMIT 1", lines)).toEqual([['caption 0', '2']]);
    expect(await answer('SELECT count("odd ""name""") FROM shard', lines)).toEqual([['133']]);
    expect(await answer('SELECT * EXCLUDE (unused) FROM shard WHERE id = 1', lines)).toEqual([['1', 'caption 1', '1']]);
    expect(await answer('SELECT (s).caption FROM shard s WHERE id = 5', lines)).toEqual([['caption 5']]);
  });

  it('is told how long it took, and keeps no view behind', async () => {
    const { milliseconds } = await engine.request('shard/sql', { shard: parquet, sql: 'SELECT 1' });
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    await answer('SELECT id FROM shard LIMIT 1', lines);
    expect(await answer('SELECT count(score) FROM shard')).toEqual([[String(ROWS)]]);
  });
});

describe('a refusal', () => {
  it.each([
    ['', /no SQL|empty/i],
    ['SELECT 1; SELECT 2', /only one statement/],
    ['DROP TABLE shard', /only SELECT/],
    ['INSERT INTO shard VALUES (1)', /only SELECT/],
    ["COPY shard TO 'x.parquet'", /only SELECT/],
    ["ATTACH 'x.db'", /only SELECT/],
    ['INSTALL httpfs', /only SELECT/],
    ["SET memory_limit = '1TB'", /only SELECT/],
    ['PRAGMA database_list', /only SELECT|not allowed/],
    ['EXPLAIN SELECT 1', /only SELECT/],
    ['SHOW TABLES', /not allowed/],
    ['SELECT * FROM duckdb_settings()', /not allowed/],
    ["SELECT * FROM read_csv('x.csv')", /not allowed/],
    ["SELECT * FROM read_text('x.csv')", /not allowed/],
    ["SELECT getenv('HOME')", /not allowed/],
    ["SELECT * FROM shard WHERE id IN (SELECT a FROM 'x.csv')", /only the table shard/],
    ['SELECT * FROM information_schema.tables', /only the table shard/],
    ['SELECT * FROM memory.main.shard', /only the table shard/],
    ['SELECT * FROM loupe_sql_1', /only the table shard/],
    ['SELECT (WITH loupe_sql_1 AS (SELECT 1) SELECT 1), * FROM loupe_sql_1', /only the table shard/],
    ['SELECT $1', /parameter/],
  ])('is given for %s', async (sql, words) => {
    const error = await failure(sql);
    expect(error.code).toBe('invalid-request');
    expect(error.message).toMatch(words);
  });

  it('is given for a file that a name inside defines and outside means', async () => {
    const error = await failure(`SELECT *, (WITH "${csv}" AS (SELECT 1) SELECT 1) FROM "${csv}"`);
    expect(error.message).toMatch(/only the table shard/);
  });
});

describe('the place of an error', () => {
  it.each([
    ['SELEC 1', 'line 1, column 1'],
    ['SELECT id,\n  FROM WHERE', 'line 2, column 8'],
    ['SELECT id,\n  missing FROM shard', 'line 2, column 3'],
    ["SELECT '日本', 'é',\n  '😀' || missing FROM shard", 'line 2, column 11'],
    ["SELECT\n id, cast(text AS INTEGER) FROM shard", 'line 2, column 6'],
    ["SELECT 'é',\nid FROM 'x.csv'", 'line 2, column 9'],
  ])('in %j is %s', async (sql, place) => {
    const error = await failure(sql);
    expect(error.place).toBe(place);
    expect(error.message).toContain(place);
    expect(error.code).toBe('invalid-request');
  });

  it('comes with the names that there are', async () => {
    expect((await failure('SELECT scor FROM shard')).message).toMatch(/"scor" not found.*"score"/);
  });
});

describe('a result', () => {
  it('is paged by number', async () => {
    const { sqlResult, rows } = await engine.request('shard/sql', { shard: parquet, sql: 'SELECT id FROM shard' });
    expect(rows).toBe(ROWS);
    const page = await engine.request('shard/sqlPage', { shard: parquet, sqlResult, start: 4_000, end: 4_003 });
    expect(page).toMatchObject({ start: 4_000, rowCount: 3, columns: [{ texts: ['4000', '4001', '4002'] }] });
    expect(await engine.request('shard/sqlPage', { shard: parquet, sqlResult, start: ROWS, end: ROWS + 5 })).toMatchObject({ rowCount: 0 });
  });

  it('tells what it waits for, as long as it does, where it was given a name', async () => {
    const gate = Promise.withResolvers<never>();
    const filling = { state: () => ({ rowsComplete: true, columns: [] }), relation: (_: unknown, report: ReportWork) => (report('Reading rows', 1, 4), gate.promise) } as unknown as Shard;
    const told: unknown[] = [];
    const handlers = sqlHandlers(new SqlResults(), { shard: () => filling, openFiles: () => [], tell: (progress) => told.push(progress) });
    const { signal } = new AbortController();
    const [named, nameless] = [{ run: 'mine' }, {}].map((more) => handlers['shard/sql']({ shard: 1, sql: 'SELECT count(*) FROM shard', ...more }, signal));
    await poll('the progress', () => told.length > 0);
    expect(told).toEqual([{ shard: 1, run: 'mine', progress: { label: 'Reading rows', done: 1, total: 4 } }]);
    gate.reject(new LoupeError('changed', 'It was changed.'));
    await expect(named).rejects.toMatchObject({ code: 'changed' });
    await expect(nameless).rejects.toMatchObject({ code: 'changed' });
    expect(told).toHaveLength(1);
  });

  it('is cut at a number of rows and of bytes', async () => {
    const shard = await openShard((await engine.parquet('long.parquet', "SELECT repeat('x', 10_000) AS text, range AS id FROM range(20_000)")), {
      cacheFolder: join(engine.folder, 'cache'),
      cacheBytes: 0,
      changed: () => undefined,
      signal: new AbortController().signal,
    });
    const circumstances = { report: () => undefined, signal: new AbortController().signal };
    expect(await new SqlResults({ rows: 100, bytes: 1e9 }).run(1, shard, 'SELECT * FROM shard', circumstances)).toMatchObject({ rows: 100, complete: false });
    expect(await new SqlResults({ rows: 100, bytes: 1e9 }).run(1, shard, 'SELECT * FROM shard LIMIT 100', circumstances)).toMatchObject({ rows: 100, complete: true });
    const cut = await new SqlResults({ rows: 1e6, bytes: 30e6 }).run(1, shard, 'SELECT * FROM shard', circumstances);
    expect(cut.complete).toBe(false);
    expect(cut.rows).toBeGreaterThan(2_000);
    expect(cut.rows).toBeLessThan(10_000);
    await shard.close();
  });

  it('is gone when it is closed, and when it is the oldest of too many', async () => {
    const first = await engine.request('shard/sql', { shard: parquet, sql: 'SELECT 1' });
    await engine.request('shard/sqlClose', { shard: parquet, sqlResult: first.sqlResult });
    await expect(engine.request('shard/sqlPage', { shard: parquet, sqlResult: first.sqlResult, start: 0, end: 1 })).rejects.toThrow(/run the statement again/);
    const many: SqlResult[] = [];
    for (let i = 0; i < 5; i++) many.push(await engine.request('shard/sql', { shard: parquet, sql: `SELECT ${i}` }));
    await expect(engine.request('shard/sqlPage', { shard: parquet, sqlResult: many[0]!.sqlResult, start: 0, end: 1 })).rejects.toThrow(/run the statement again/);
    expect(await cells(parquet, many[4]!)).toEqual([['4']]);
  });

  it('comes to nothing when it is cancelled', async () => {
    const stop = new AbortController();
    const running = engine.request('shard/sql', { shard: parquet, sql: 'SELECT sum(sqrt(a.range * b.range)) FROM range(1_000_000) a, range(1_000_000) b' }, stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await answer('SELECT count(*) FROM shard')).toEqual([[String(ROWS)]]);
  });
});
