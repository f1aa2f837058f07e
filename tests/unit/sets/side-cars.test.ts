import { afterEach, beforeEach, expect, test } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { poll } from '../../support/poll.ts';
import { float32, npz, uidArray } from '../sidecars/arrays.ts';
import { rowsOf, SetFixture } from './fixture.ts';

let fixture: SetFixture;
beforeEach(async () => {
  fixture = new SetFixture();
  for (const shard of [0, 1, 2]) {
    await query(`COPY (SELECT lpad(to_hex(n), 32, '0') AS uid FROM range(${shard * 2}, ${shard * 2 + 2}) AS t(n)) TO '${fixture.path(`${shard}.parquet`)}' (FORMAT parquet)`, []);
  }
});
afterEach(() => fixture.end());

const never = new AbortController().signal;
const uid = (n: number): string => n.toString(16).padStart(32, '0');

test('files that give the same columns are told as one, with the rows of all shards that found no partner', async () => {
  for (const shard of [0, 1, 2]) fixture.write(`${shard}.npz`, npz({ score: float32([shard, shard + 0.5]) }));
  fixture.write('basic.npy', uidArray([1, 2, 700].map(uid)));
  const shard = await fixture.open(['.']);
  await shard.settled();
  expect((await rowsOf(shard)).map(({ score, basic }) => [score, basic])).toEqual([['0.0', 'false'], ['0.5', 'true'], ['1.0', 'true'], ['1.5', 'false'], ['2.0', 'false'], ['2.5', 'false']]);
  // Parquet says at once how many rows there are; their partners are counted later.
  await poll('the counts', () => shard.state().sideCars?.every(({ unmatched }) => unmatched !== null) === true);
  const { sideCars, columns } = shard.state();
  expect(sideCars).toEqual([
    { path: fixture.path('0.npz'), files: 3, layout: 'DataComp vectors', key: 'row number', status: 'joined', columns: ['score'], unmatched: 0, orphans: 0 },
    // An id that one shard does not have may be another's.
    { path: fixture.path('basic.npy'), layout: 'uid subset', key: 'uid', status: 'joined', columns: ['basic'], unmatched: 4, orphans: null },
  ]);
  expect(columns.map(({ name, origin }) => [name, origin?.kind])).toEqual([['shard', 'set'], ['uid', undefined], ['score', 'side-car'], ['basic', 'side-car']]);
});

test('the schema and the table of side-cars say so too', async () => {
  for (const shard of [0, 1]) fixture.write(`${shard}.npz`, npz({ score: float32([1, 2]) }));
  fixture.write('2.npz', npz({ score: float32([1, 2, 3]) }));
  const shard = await fixture.open(['.']);
  await shard.settled();
  const { schema, tables } = await shard.metadata(never);
  expect(schema.find(({ name }) => name === 'score')?.details).toEqual([['from', '0.npz and 1 more'], ['by', 'row number'], ['differs', 'missing in 1 of 3 shards (2.parquet)']]);
  expect(tables.find(({ title }) => title === 'Side-cars')?.rows).toEqual([
    ['0.npz and 1 more', 'DataComp vectors', 'row number', 'joined', '0', '0', ''],
    ['2.npz', 'DataComp vectors', 'row number', 'refused', 'not counted', 'not counted', '2.npz has 3 rows, 2.parquet has 2. They are joined by row number, so nothing of it can be trusted and it is not shown.'],
  ]);
});
