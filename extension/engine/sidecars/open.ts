import { setTimeout } from 'node:timers/promises';
import type { NamedSideCar } from '../../protocol/shards.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { findSideCars, type FoundFile } from './find.ts';
import { JoinedShard } from './joined-shard.ts';
import { namedFile } from './named.ts';

/** Milliseconds for which opening waits for the side-cars' columns; later ones come as they are known. */
const PATIENCE = 2_000;

/** A shard with the files that lie beside it and those that the user named, or the shard itself where there are none. */
export async function withSideCars(shard: Shard, named: readonly NamedSideCar[], context: ShardContext): Promise<Shard> {
  const { path, columns } = shard.state();
  const beside = await findSideCars(path, columns.map(({ name }) => name), context.signal);
  // What the user says of a file counts.
  return join(shard, [...beside.filter((file) => !named.some((own) => own.path === file.path)), ...named.map(namedFile)], context);
}

/** A set with the files that the user named for the whole of it, or the set itself where there are none. */
export function withNamedSideCars(set: Shard, named: readonly NamedSideCar[], context: ShardContext): Promise<Shard> {
  return join(set, named.map(namedFile), context);
}

async function join(shard: Shard, found: readonly FoundFile[], context: ShardContext): Promise<Shard> {
  if (found.length === 0) return shard;
  const joined = new JoinedShard(shard, found, context);
  const stop = new AbortController();
  await Promise.race([joined.opened, setTimeout(PATIENCE, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
  return joined;
}
