import { LoupeError } from '../../rpc/failure.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { expandSet, type SetLocation } from './expand.ts';
import type { OpenPart } from './part.ts';
import { SetShard } from './set-shard.ts';
import { short } from './wording.ts';

/**
 * Opens shards as one table. Resolves when the first of them is readable; the others are counted in the background.
 * @param open opens one shard with all that belongs to it
 * @throws LoupeError `not-found` where there is no shard, `too-large`, and the first shard's where none can be read
 */
export async function openSet(location: SetLocation, context: ShardContext, open: OpenPart): Promise<Shard> {
  const expansion = await expandSet(location, context.signal);
  if (expansion.files.length === 0) {
    const [notice] = expansion.notices;
    const words = `There is no shard in ${location.folder} by ${short(location.patterns.join(', '), 200)}.`;
    throw new LoupeError('not-found', notice === undefined ? words : `${words} ${notice.message}`, { path: location.folder });
  }
  const shard = new SetShard({ location, expansion, context, open });
  try {
    await shard.firstRows(context.signal);
    return shard;
  } catch (error) {
    await shard.close();
    throw error;
  }
}
