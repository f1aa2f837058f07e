import type { Compression } from '../../../protocol/shards.ts';
import { openDecompressed } from '../../decompression/open.ts';
import type { Shard, ShardContext } from '../shard.ts';
import { FileGuard } from '../file-guard.ts';
import { FileSource } from '../source.ts';
import { TarShard } from './tar-shard.ts';

/**
 * Opens a tar archive, as a WebDataset where its members say so, else as a list of members. Resolves when
 * the first members have told which; the rest of the index is built in the background.
 * @throws LoupeError `not-found`, `no-permission`, `malformed` when nothing in it is a tar header
 */
export async function openTar(path: string, compression: Compression, context: ShardContext): Promise<Shard> {
  const file = await FileSource.open(path);
  const fileSize = file.byteLength;
  const source = compression === 'none' ? file : await openDecompressed(file, compression, context);
  const guard = await FileGuard.of(path, compression === 'none');
  const shard = new TarShard({ source, compression, fileSize, guard }, context);
  try {
    await shard.ready(context.signal);
  } catch (error) {
    await shard.close();
    throw error;
  }
  return shard;
}
