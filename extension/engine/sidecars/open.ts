import { setTimeout } from 'node:timers/promises';
import type { NamedSideCar } from '../../protocol/shards.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { findSideCars } from './find.ts';
import { JoinedShard } from './joined-shard.ts';
import { namedFile } from './named.ts';

/** Milliseconds for which opening waits for the side-cars' columns; later ones come as they are known. */
const PATIENCE = 2_000;

/** A shard with the files that lie beside it and those that the user named, or the shard itself where there are none. */
export async function withSideCars(shard: Shard, named: readonly NamedSideCar[], context: ShardContext): Promise<Shard> {
  const { path, columns } = shard.state();
  const beside = await findSideCars(path, columns.map(({ name }) => name), context.signal);
  // What the user says of a file counts.
  const found = [...beside.filter((file) => !named.some((own) => own.path === file.path)), ...named.map(namedFile)];
  if (found.length === 0) return shard;
  const joined = new JoinedShard(shard, found, context);
  const stop = new AbortController();
  await Promise.race([joined.opened, setTimeout(PATIENCE, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
  return joined;
}
