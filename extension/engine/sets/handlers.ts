import type { EngineRequests } from '../../protocol/engine.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import type { Shard } from '../shards/shard.ts';
import { JoinedShard } from '../sidecars/joined-shard.ts';
import { SetShard } from './set-shard.ts';

/** The requests that only a set answers. */
export function setHandlers(get: (id: ShardId) => Shard): Pick<RequestHandlers<EngineRequests>, 'shard/setNews'> {
  return {
    'shard/setNews': ({ shard }, signal) => {
      const found = get(shard);
      const set = found instanceof JoinedShard ? found.base : found;
      if (set instanceof SetShard) return set.news(signal);
      throw new LoupeError('invalid-request', 'This is one shard and no set.');
    },
  };
}
