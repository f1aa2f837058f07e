import type { EngineRequests } from '../../protocol/engine.ts';
import type { ShardId } from '../../protocol/shards.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import type { Shard } from '../shards/shard.ts';
import { compareShards } from './compare.ts';

export function comparisonHandlers(get: (id: ShardId) => Shard): Pick<RequestHandlers<EngineRequests>, 'shard/compare'> {
  return { 'shard/compare': ({ shard, other }, signal) => compareShards(get(shard), get(other), signal) };
}
