import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Query } from '../../../extension/protocol/queries.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { Counts } from '../../../extension/engine/queries/count.ts';
import { IdTables } from '../../../extension/engine/queries/id-tables.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { poll } from '../../support/poll.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const ROWS = 300_000;
let engine: QueryEngine;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const table = `SELECT i AS id, CASE WHEN i % 10 = 0 THEN NULL WHEN i % 10 = 1 THEN 'nan'::FLOAT ELSE (i * 7919 % 1000)::FLOAT END AS score, 'caption ' || i AS caption,
    {'n': i % 3} AS s, CASE WHEN i < 5 THEN '\\x89PNG'::BLOB END AS image FROM range(${ROWS}) t(i)`;
  ({ shard } = await engine.open(await engine.parquet('results.parquet', table, ', ROW_GROUP_SIZE 20000')));
});
afterAll(() => engine.stop());

const even: Condition = { type: 'sql', where: 'id % 2 = 0' };

describe('a filter', () => {
  it('finds rows in the order of the table, the first ones at once and the rest as they come', async () => {
    const first = await engine.request('shard/query', { shard, query: { conditions: [even], sort: [] } });
    const last = await poll('the end', () => (first.complete ? first : engine.states.get(first.result)?.complete === true && engine.states.get(first.result)));
    expect(last).toEqual({ result: first.result, rows: ROWS / 2, complete: true, scanned: ROWS });
    const told = engine.told.filter(({ result }) => result === first.result);
    expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).sort((a, b) => a - b));
    const page = await engine.request('shard/page', { shard, result: first.result, start: 1000, end: 1003, columns: [0, 2] });
    expect(page).toMatchObject({ start: 1000, rowCount: 3, rows: [2000, 2002, 2004], columns: [{ texts: ['2000', '2002', '2004'] }, { texts: ['caption 2000', 'caption 2002', 'caption 2004'] }] });
    expect(await engine.request('shard/page', { shard, result: first.result, start: ROWS / 2 - 1, end: ROWS, columns: [0] })).toMatchObject({ rowCount: 1, rows: [ROWS - 2] });
    await engine.request('shard/closeResult', { shard, result: first.result });
    await expect(engine.request('shard/page', { shard, result: first.result, start: 0, end: 1, columns: [0] })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('is a shard of its own to rows, values, copies and pictures', async () => {
    const { result, rows } = await engine.finish(shard, { conditions: [{ type: 'values', column: ['id'], values: ['3', '299999'] }], sort: [] });
    expect(rows).toBe(2);
    const target = { shard, result };
    expect(await engine.request('shard/row', { ...target, row: 1 })).toMatchObject({ row: 299_999, place: 'row group 15, row 13280' });
    expect(await engine.request('shard/text', { ...target, row: 1, column: 2, path: [] })).toMatchObject({ text: 'caption 299999' });
    expect(await engine.request('shard/copy', { ...target, start: 0, end: 2, columns: [0], bare: false })).toEqual({ text: '{"id": 3}\n{"id": 299999}' });
    expect(await engine.request('shard/thumbnail', { ...target, row: 0, column: 4, path: [], height: 20 })).toMatchObject({ status: 'broken' });
    expect(await engine.request('shard/picture', { ...target, row: 1, column: 4, path: [] })).toMatchObject({ status: 'broken', message: 'There is no picture in this cell.' });
    await expect(engine.request('shard/row', { ...target, row: 2 })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await engine.request('shard/position', { ...target, row: 299_999 })).toEqual({ position: 1 });
    expect(await engine.request('shard/position', { ...target, row: 4 })).toEqual({ position: null });
    await engine.request('shard/closeResult', target);
  });

  it('may keep nothing, and everything', async () => {
    expect(await engine.finish(shard, { conditions: [{ type: 'null', column: ['id'] }], sort: [] })).toMatchObject({ rows: 0, complete: true, scanned: ROWS });
    expect(await engine.finish(shard, { conditions: [], sort: [] })).toMatchObject({ rows: ROWS, complete: true });
  });
});

describe('a sort', () => {
  it.each([true, false])('puts nulls and NaN last and equal rows in the order of the table (descending: %s)', async (descending) => {
    const { result } = await engine.finish(shard, { conditions: [], sort: [{ column: ['score'], descending }] });
    const score = (row: number): number | null => (row % 10 < 2 ? null : (row * 7919) % 1000);
    const expected = Array.from({ length: ROWS }, (_, row) => row).sort((a, b) => {
      const [left, right] = [score(a), score(b)];
      if (left === null || right === null) return left === right ? a - b : left === null ? 1 : -1;
      return (descending ? right - left : left - right) || a - b;
    });
    for (const start of [0, 900, 65_500, 239_900, ROWS - 300]) {
      const { rows } = await engine.request('shard/page', { shard, result, start, end: start + 300, columns: [0] });
      expect(rows).toEqual(expected.slice(start, start + 300));
    }
    for (const position of [123_456, 239_999, 240_000]) expect(await engine.request('shard/position', { shard, result, row: expected[position] ?? 0 })).toEqual({ position });
    await engine.request('shard/closeResult', { shard, result });
  });

  it('goes by several keys', async () => {
    const sort = [{ column: ['s', 'n'], descending: true }, { column: ['caption'], descending: true }] as const;
    expect(await engine.rows(shard, [{ type: 'range', column: ['id'], max: '8' }], sort)).toEqual([8, 5, 2, 7, 4, 1, 6, 3, 0]);
  });
});

describe('work that nobody waits for', () => {
  const slow: Condition = { type: 'sql', where: "length(repeat(caption, 2000)) > 0 AND md5(repeat(caption, 2000)) < 'zz' AND id > 250000" };

  it('ends when the request is cancelled, and leaves no result', async () => {
    // More often than results may be open.
    for (let time = 0; time < 70; time++) {
      const stop = new AbortController();
      const asked = engine.request('shard/query', { shard, query: { conditions: [slow], sort: [] } }, stop.signal);
      stop.abort();
      await expect(asked).rejects.toThrow(/abort|cancel/i);
    }
    expect(await engine.finish(shard, { conditions: [even], sort: [] })).toMatchObject({ rows: ROWS / 2 });
  });

  it('ends at once when another query replaces it; the older rows can be read until then', async () => {
    const older = await engine.request('shard/query', { shard, query: { conditions: [slow], sort: [] } });
    expect(older.complete).toBe(false);
    const state = await engine.finish(shard, { conditions: [even], sort: [] }, older.result);
    expect(state.rows).toBe(ROWS / 2);
    await expect(engine.request('shard/position', { shard, result: older.result, row: 0 })).rejects.toMatchObject({ code: 'invalid-request' });
    await engine.request('shard/closeResult', { shard, result: state.result });
  });

  it('stays as it is where the query that replaces it fails', async () => {
    const older = await engine.finish(shard, { conditions: [even], sort: [] });
    await expect(engine.request('shard/query', { shard, query: { conditions: [{ type: 'null', column: ['nothing'] }], sort: [] }, replaces: older.result })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await engine.request('shard/position', { shard, result: older.result, row: 4 })).toEqual({ position: 2 });
  });

  it('ends when the shard is closed', async () => {
    const path = await engine.parquet('closing.parquet', "SELECT i AS id, 'text ' || i AS caption FROM range(100000) t(i)");
    const opened = await engine.open(path);
    const { result } = await engine.request('shard/query', { shard: opened.shard, query: { conditions: [{ type: 'sql', where: 'md5(repeat(caption, 5000)) < caption' }], sort: [] } });
    await engine.request('shard/close', { shard: opened.shard });
    await expect(engine.request('shard/page', { shard: opened.shard, result, start: 0, end: 1, columns: [0] })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('a count', () => {
  it('tells how many rows a query keeps', async () => {
    expect(await engine.request('shard/count', { shard, query: { conditions: [{ type: 'range', column: ['score'], min: '500' }], sort: [{ column: ['id'], descending: true }] } })).toEqual({ kept: expectedAbove(500), total: ROWS });
    expect(await engine.request('shard/count', { shard, query: { conditions: [], sort: [] } })).toEqual({ kept: ROWS, total: ROWS });
  });

  it('follows a threshold that is dragged, whatever else is asked', async () => {
    const kept = keptWith((asked) => engine.request('shard/count', { shard, query: asked }));
    await expectFollowed(kept);
    expect(await kept('nan').catch((error: unknown) => (error as { code: string }).code)).toBe('invalid-request');
  });

  it('follows it by a copy of the column where counting is slow', async () => {
    const { signal } = new AbortController();
    const context = { cacheFolder: engine.folder, cacheBytes: 0, changed: () => undefined, signal };
    const opened = await openShard(join(engine.folder, 'results.parquet'), context);
    const [counts, idTables] = [new Counts(0), new IdTables(() => context)];
    const before = await copies();
    await expectFollowed(keptWith((asked) => counts.count(opened, asked, { idTables, report: () => undefined, signal })));
    await counts.settled();
    expect(await copies()).toBe(before + 1);
    await counts.clear();
    expect(await copies()).toBe(before);
    await opened.close();
  });

  it('leaves nothing behind when the shard is closed', async () => {
    const opened = await engine.open(await engine.parquet('dragged.parquet', 'SELECT i FROM range(1000) t(i)'));
    const before = await copies();
    const slow: Condition = { type: 'sql', where: "md5(repeat(i::VARCHAR, 300000)) <> ''" };
    for (const min of ['1', '2', '3']) await engine.request('shard/count', { shard: opened.shard, query: { conditions: [slow, { type: 'range', column: ['i'], min }], sort: [] } });
    await poll('the copy', async () => (await copies()) === before + 1);
    await engine.request('shard/close', { shard: opened.shard });
    expect(await copies()).toBe(before);
  });

  type Kept = (min: string, more?: readonly Condition[], not?: boolean) => Promise<number>;

  function keptWith(count: (asked: Query) => Promise<{ readonly kept: number }>): Kept {
    return async (min, more = [], not = false) => (await count({ conditions: [...more, { type: 'range', column: ['score'], min, not }], sort: [] })).kept;
  }

  async function expectFollowed(kept: Kept): Promise<void> {
    const rows = Array.from({ length: ROWS }, (_, row) => row).filter((row) => row % 10 > 1);
    for (const min of [100, 200, 300, 250, 999]) expect(await kept(String(min))).toBe(expectedAbove(min));
    const low: Condition = { type: 'range', column: ['id'], max: '99' };
    for (const min of [0, 500, 990]) expect(await kept(String(min), [low])).toBe(rows.filter((row) => row < 100 && (row * 7919) % 1000 >= min).length);
    for (const min of [400, 401]) expect(await kept(String(min), [even])).toBe(rows.filter((row) => row % 2 === 0 && (row * 7919) % 1000 >= min).length);
    // Null is on neither side; NaN is below no threshold, and so on the other side of each.
    for (const min of [100, 200]) expect(await kept(String(min), [], true)).toBe((ROWS / 10) * 9 - expectedAbove(min));
  }

  async function copies(): Promise<number> {
    return (await query("SELECT count(*)::INTEGER FROM duckdb_tables() WHERE table_name LIKE 'loupe_dragged%'", [])).columns[0]?.[0] as number;
  }

  function expectedAbove(limit: number): number {
    let count = 0;
    for (let row = 0; row < ROWS; row++) if (row % 10 > 1 && (row * 7919) % 1000 >= limit) count++;
    return count;
  }
});

describe('the next match', () => {
  const search = { type: 'text', column: ['caption'], matchCase: true, regex: true } as const;
  const next = async (text: string, from: number, backwards = false, result?: number): Promise<number | null> =>
    (await engine.request('shard/nextMatch', { shard, ...(result === undefined ? {} : { result }), match: { condition: { ...search, text }, from, backwards } })).position;

  it('is found forwards and backwards in the table', async () => {
    expect(await next('99$', 0)).toBe(99);
    expect(await next('99$', 99)).toBe(99);
    expect(await next('99$', 100)).toBe(199);
    expect(await next(' 299999$', 5)).toBe(299_999);
    expect(await next('99$', 150_000, true)).toBe(149_999);
    expect(await next(' 7$', 299_999, true)).toBe(7);
    expect(await next('99$', 98, true)).toBe(null);
    expect(await next('no such', 0)).toBe(null);
    expect(await next('0$', 500_000, true)).toBe(299_990);
    expect(await next('0$', 500_000)).toBe(null);
  });

  it('is a position in the result where there is one', async () => {
    const filtered = await engine.finish(shard, { conditions: [even], sort: [] });
    expect(await next('8$', 0, false, filtered.result)).toBe(4);
    expect(await next('9$', 0, false, filtered.result)).toBe(null);
    expect(await next('8$', 8, true, filtered.result)).toBe(4);
    const sorted = await engine.finish(shard, { conditions: [even], sort: [{ column: ['id'], descending: true }] });
    expect(await next(' 299998$', 0, false, sorted.result)).toBe(0);
    expect(await next(' 4$', 0, false, sorted.result)).toBe(ROWS / 2 - 3);
    expect(await next(' 4$', ROWS / 2 - 2, false, sorted.result)).toBe(null);
    expect(await next(' 299998$', ROWS, true, sorted.result)).toBe(0);
  });
});

describe('a file on disk', () => {
  it('that was changed cannot be asked any more', async () => {
    const path = await engine.parquet('changed.parquet', 'SELECT i AS id FROM range(10) t(i)');
    const opened = await engine.open(path);
    await utimes(path, 1, 1);
    const asked = { conditions: [{ type: 'range', column: ['id'], min: '3' }], sort: [] } as const;
    await expect(engine.request('shard/query', { shard: opened.shard, query: asked })).rejects.toMatchObject({ code: 'changed', message: expect.stringContaining('changed.parquet') as string });
    await writeFile(path, '');
    await expect(engine.request('shard/count', { shard: opened.shard, query: asked })).rejects.toMatchObject({ code: 'changed' });
  });
});
