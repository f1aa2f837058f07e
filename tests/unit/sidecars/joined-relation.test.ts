import { expect, test } from 'vitest';
import { BIGINT } from '@duckdb/node-api';
import type { Relation } from '../../../extension/engine/queries/relation.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import type { JoinSql, SideCarJoin } from '../../../extension/engine/sidecars/join.ts';
import { JoinedColumns } from '../../../extension/engine/sidecars/joined-columns.ts';
import { joinedRelation } from '../../../extension/engine/sidecars/joined-relation.ts';
import type { OpenSideCar } from '../../../extension/engine/sidecars/side-car.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';

const own: Column[] = [{ index: 0, name: 'n', type: 'number', kind: 'number' }];
const { signal } = new AbortController();

test('a side-car that turns out to have another length while the shard is read joins nothing', async () => {
  let fault: LoupeError | null = null;
  const sql: JoinSql = { shardColumn: null, clause: () => 'LEFT JOIN side AS s0 ON s0.row = b.row', values: () => [{ value: 's0.v0', missing: 'false' }], types: [BIGINT] };
  const join: Partial<SideCarJoin> = { sql: () => Promise.resolve(sql) };
  const sideCar = {
    columns: [{ index: 0, name: 'score', type: 'number', kind: 'number' }],
    get fault() {
      return fault;
    },
    join,
  } as unknown as OpenSideCar;
  const columns = new JoinedColumns();
  columns.list(own);
  columns.add(sideCar, 'side', own);
  const read = (found: LoupeError | null): Promise<Relation> => {
    const shard: Partial<Shard> = {
      state: () => ({ columns: own }) as unknown as ReturnType<Shard['state']>,
      relation: () => {
        fault = found;
        return Promise.resolve({ from: 'base', types: [], rows: 3 });
      },
    };
    return joinedRelation(shard as Shard, columns, [{ index: 1, fields: [] }], () => undefined, signal);
  };
  expect(await read(null)).toMatchObject({ rows: 3, from: expect.stringContaining('LEFT JOIN side') as string });
  await expect(read(new LoupeError('malformed', 'side.npz has 2 rows'))).rejects.toMatchObject({ code: 'malformed', message: 'side.npz has 2 rows' });
});
