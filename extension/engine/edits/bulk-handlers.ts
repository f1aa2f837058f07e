import type { EngineRequests, ShardTarget } from '../../protocol/engine.ts';
import type { ShardId } from '../../protocol/shards.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Queries } from '../queries/queries.ts';
import type { Shard } from '../shards/shard.ts';
import { bulkStretch } from './bulk.ts';
import { checkChange } from './handlers.ts';
import { EditSet } from './edit-set.ts';
import { listEdits } from './list-edits.ts';
import { OverlayShard } from './overlay-shard.ts';

/** The requests about many edits. @param get throws LoupeError for a shard that is not open */
export function bulkHandlers(get: (id: ShardId) => Shard, queries: Queries): Pick<RequestHandlers<EngineRequests>, 'shard/bulk' | 'shard/edits'> {
  return {
    'shard/bulk': async ({ shard: id, result, ...wish }, signal) => {
      const shard = get(id);
      const shown = queries.target(result === undefined ? { shard: id } : { shard: id, result });
      const stretch = await bulkStretch({ shown, shard, check: (change, its) => checkChange(shard, change, its) }, wish, signal);
      checkResult(queries, { shard: id, ...(result === undefined ? {} : { result }) });
      return stretch;
    },
    'shard/edits': ({ shard: id, start, end }) => {
      const shard = get(id);
      return listEdits(shard instanceof OverlayShard ? shard.edits : new EditSet(), start, end);
    },
  };
}

/** A query that failed on its way has not found all of its rows. @throws LoupeError what it failed with */
function checkResult(queries: Queries, { shard, result }: ShardTarget): void {
  const error = result === undefined ? undefined : queries.result(shard, result).state().error;
  if (error !== undefined) throw LoupeError.fromData(error);
}
