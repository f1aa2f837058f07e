import { INTEGER } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import { Counts } from '../../../extension/engine/queries/count.ts';
import { IdTables } from '../../../extension/engine/queries/id-tables.ts';
import type { Relation } from '../../../extension/engine/queries/relation.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';

const { signal } = new AbortController();
const circumstances = { idTables: new IdTables(() => ({ cacheFolder: '', cacheBytes: 0 })), report: () => undefined, signal };

/** A shard of a hundred rows, its only column their numbers, in a table that the test can change. */
const shard: Partial<Shard> = {
  state: () => ({ path: '/x.parquet', columns: [{ index: 0, name: 'n', type: 'INTEGER', kind: 'number' }], rowsComplete: true }) as unknown as ShardState,
  relation: (): Promise<Relation> => Promise.resolve({ from: '(SELECT rowid AS row, n AS v0, false AS m0 FROM counted)', types: [INTEGER], rows: 100 }),
};

beforeAll(() => query('CREATE TABLE counted AS SELECT range::INTEGER AS n FROM range(100)', []));
afterAll(() => closeDuckdb());

it('a threshold that is dragged is counted in the copy of its column, which the second count begins', async () => {
  // Every count is slow.
  const counts = new Counts(0);
  const kept = async (min: number): Promise<number> => (await counts.count(shard as Shard, { conditions: [{ type: 'range', column: ['n'], min: String(min) }], sort: [] }, circumstances)).kept;
  expect([await kept(10), await kept(20)]).toEqual([90, 80]);
  await counts.settled();
  await query('DELETE FROM counted', []);
  expect([await kept(30), await kept(40)]).toEqual([70, 60]);
  await counts.clear();
  expect(await kept(50)).toBe(0);
});

it('where the copy is lost the rows are counted where they are', async () => {
  await query('INSERT INTO counted SELECT range::INTEGER FROM range(100)', []);
  const counts = new Counts(0);
  const kept = async (min: number): Promise<number> => (await counts.count(shard as Shard, { conditions: [{ type: 'range', column: ['n'], min: String(min) }], sort: [] }, circumstances)).kept;
  expect([await kept(10), await kept(20)]).toEqual([90, 80]);
  await counts.settled();
  await closeDuckdb();
  await query('CREATE TABLE counted AS SELECT range::INTEGER AS n FROM range(50)', []);
  expect([await kept(30), await kept(40)]).toEqual([20, 10]);
});
