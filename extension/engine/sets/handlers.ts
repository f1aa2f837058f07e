import type { EngineRequests } from '../../protocol/engine.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { OverlayShard } from '../edits/overlay-shard.ts';
import type { Shard } from '../shards/shard.ts';
import { JoinedShard } from '../sidecars/joined-shard.ts';
import { SetShard } from './set-shard.ts';

/** The requests that only a set answers. */
export function setHandlers(get: (id: ShardId) => Shard): Pick<RequestHandlers<EngineRequests>, 'shard/setNews' | 'shard/fileRows'> {
  return {
    'shard/fileRows': async ({ shard, paths }, signal) => {
      const set = setOf(get(shard));
      return { rows: await Promise.all(paths.map(async (path) => (await set?.rowsOf(path, signal)) ?? null)) };
    },
    'shard/setNews': ({ shard }, signal) => {
      const set = setOf(get(shard));
      if (set !== null) return set.news(signal);
      throw new LoupeError('invalid-request', 'This is one shard and no set.');
    },
  };
}

/** The set itself, without edits and without what is joined to the whole of it; null for one shard. */
function setOf(shard: Shard): SetShard | null {
  const unedited = shard instanceof OverlayShard ? shard.base : shard;
  const set = unedited instanceof JoinedShard ? unedited.base : unedited;
  return set instanceof SetShard ? set : null;
}
