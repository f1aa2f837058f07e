import type { ShardLocation } from '../protocol/shards.ts';
import { openSet } from './sets/open.ts';
import { openShard } from './shards/open.ts';
import { withNamedSideCars, withSideCars } from './sidecars/open.ts';
import type { Shard, ShardContext } from './shards/shard.ts';

/** Opens whatever a location names. @throws LoupeError */
export async function openLocation(location: ShardLocation, context: ShardContext): Promise<Shard> {
  const { sideCars = [] } = location;
  const shard = await openAlone(location, context);
  if (sideCars === 'none') return shard;
  try {
    return await (location.kind === 'set' ? withNamedSideCars : withSideCars)(shard, sideCars, context);
  } catch (error) {
    await shard.close();
    throw error;
  }
}

/** A shard by itself; a set of shards with what lies beside each of them. */
function openAlone(location: ShardLocation, context: ShardContext): Promise<Shard> {
  if (location.kind === 'file') return openShard(location.path, context);
  const sideCars = location.sideCars === 'none' ? { sideCars: 'none' as const } : {};
  return openSet(location, context, (path, own) => openLocation({ kind: 'file', path, ...sideCars }, own));
}
