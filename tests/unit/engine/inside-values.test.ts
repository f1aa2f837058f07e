import { afterAll, beforeAll, expect, it } from 'vitest';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;

beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

it('what lies inside columns comes as columns of its own, from structs and from texts of JSON, of a result too', async () => {
  const path = await engine.parquet('inside.parquet', `SELECT i AS id, {'score': i / 4, 'deep': {'n': i}} AS toxicity, CASE WHEN i = 1 THEN 'no JSON' ELSE '{"clip": 0.' || i || '}' END AS meta FROM range(3) t(i)`);
  const { shard } = await engine.open(path);
  const inside = [{ column: -1, of: 1, path: ['score'] }, { column: -2, of: 1, path: ['deep', 'n'] }, { column: -3, of: 2, path: ['clip'] }];
  const texts = async (more: object): Promise<unknown> => (await engine.request('shard/page', { shard, start: 0, end: 3, columns: [0], inside, ...more })).columns.map(({ column, texts: cells, kinds }) => [column, cells.join(), kinds.join()]);
  expect(await texts({})).toEqual([[0, '0,1,2', 'number,number,number'], [-1, '0.0,0.25,0.5', 'number,number,number'], [-2, '0,1,2', 'number,number,number'], [-3, '0.0,,0.2', 'number,missing,number']]);
  expect(await texts({ columns: [], inside: [inside[2]] })).toEqual([[-3, '0.0,,0.2', 'number,missing,number']]);
  const { result } = await engine.request('shard/query', { shard, query: { conditions: [], sort: [{ column: ['id'], descending: true }] } });
  expect(await texts({ result, inside: [inside[1]] })).toEqual([[0, '2,1,0', 'number,number,number'], [-2, '2,1,0', 'number,number,number']]);
});
