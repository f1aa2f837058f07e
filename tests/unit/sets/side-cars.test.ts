import { afterEach, beforeEach, expect, test } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { setHandlers } from '../../../extension/engine/sets/handlers.ts';
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
    { path: fixture.path('0.npz'), files: 3, others: [fixture.path('1.npz'), fixture.path('2.npz')], layout: 'DataComp vectors', key: 'row number', status: 'joined', columns: ['score'], unmatched: 0, orphans: 0 },
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

test('files that the user names are joined to the set as a whole', async () => {
  fixture.write('all.npy', float32([0, 1, 2, 3, 4, 5]));
  fixture.write('good.npy', uidArray([5, 0, 9].map(uid)));
  fixture.write('short.npy', float32([1, 2]));
  const shard = await fixture.open(['*.parquet'], {
    sideCars: [
      { path: fixture.path('all.npy'), key: null },
      { path: fixture.path('good.npy'), key: { shard: 'uid', sideCar: 'uid' } },
      { path: fixture.path('short.npy'), key: null },
    ],
  });
  await shard.settled();
  const expected = [0, 1, 2, 3, 4, 5].map((n) => ({ shard: `${Math.floor(n / 2)}.parquet`, uid: uid(n), all: `${n}.0`, 'good.npy good': String(n === 0 || n === 5) }));
  expect(await rowsOf(shard)).toMatchObject(expected);
  expect(shard.state()).toMatchObject({ format: 'set', partCount: 3, rows: 6 });
  const own = shard.state().sideCars?.filter(({ layout }) => layout === 'added by hand') ?? [];
  expect(own.map(({ key, status, unmatched, orphans }) => [key, status, unmatched, orphans])).toEqual([['row number', 'joined', 0, 0], ['uid', 'joined', 4, 1], ['row number', 'refused', null, null]]);
  expect(shard.state().notices.map(({ message }) => message).at(-1)).toContain('short.npy has 2 rows');
  await query(`COPY (SELECT 'x' AS uid) TO '${fixture.path('3.parquet')}' (FORMAT parquet)`, []);
  expect(await setHandlers(() => shard)['shard/setNews']({ shard: 1 }, never)).toMatchObject({ added: ['3.parquet'], removedCount: 0 });
  const column = shard.state().columns.findIndex(({ name }) => name === 'all');
  const { from } = await shard.relation([{ index: column, fields: [] }], () => undefined, never);
  expect((await query(`SELECT v0 FROM ${from} WHERE v0 >= 4 ORDER BY row`, [])).columns).toEqual([[4, 5]]);
  const { schema, tables } = await shard.metadata(never);
  expect(schema.filter(({ name }) => name === 'all').map(({ details }) => details)).toEqual([[['from', 'all.npy'], ['by', 'row number']]]);
  expect(tables.filter(({ title }) => title === 'Side-cars').flatMap(({ rows }) => rows.map(([file]) => file))).toEqual(['good.npy', 'all.npy', 'good.npy', 'short.npy']);
});
