import type { ShardLocation } from '../protocol/shards.ts';
import { openSet } from './sets/open.ts';
import { openShard } from './shards/open.ts';
import { withSideCars } from './sidecars/open.ts';
import type { Shard, ShardContext } from './shards/shard.ts';

/** Opens whatever a location names. @throws LoupeError */
export async function openLocation(location: ShardLocation, context: ShardContext): Promise<Shard> {
  const { sideCars = [] } = location;
  if (location.kind === 'set') return openSet(location, context, (path, own) => openLocation({ kind: 'file', path, sideCars }, own));
  const shard = await openShard(location.path, context);
  if (sideCars === 'none') return shard;
  try {
    return await withSideCars(shard, sideCars, context);
  } catch (error) {
    await shard.close();
    throw error;
  }
}
