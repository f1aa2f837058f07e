import type { ShardLocation } from '../protocol/shards.ts';
import { openSet } from './sets/open.ts';
import { openShard } from './shards/open.ts';
import { withSideCars } from './sidecars/open.ts';
import type { Shard, ShardContext } from './shards/shard.ts';

/** Opens whatever a location names. @throws LoupeError */
export async function openLocation(location: ShardLocation, context: ShardContext): Promise<Shard> {
  if (location.kind === 'file') return withSideCars(await openShard(location.path, context), context);
  return openSet(location, context, (path, own) => openLocation({ kind: 'file', path }, own));
}
