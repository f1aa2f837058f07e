import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { DiskCache } from '../cache/disk-cache.ts';
import type { ShardContext } from '../shards/shard.ts';
import type { FileSource } from '../shards/source.ts';
import { DecompressedCopy } from './decompressed-copy.ts';
import { OUTPUT_LIMITS, type OutputLimits } from './output-limits.ts';

/**
 * The bytes of a gzip or zstd file, decompressed once into the capped cache and readable while they are still
 * being made. Takes over `source`: closing the result closes it. `bytesRead` of the result counts bytes of the
 * compressed file.
 *
 * A stream that is truncated, damaged, followed by garbage, too large, or that finds the disk full ends early
 * with `problem`; what came before stays readable, and nothing of it is kept in the cache.
 * @throws LoupeError where the cache folder cannot be written
 */
export async function openDecompressed(
  source: FileSource,
  compression: 'gzip' | 'zstd',
  context: ShardContext,
  limits: OutputLimits = OUTPUT_LIMITS,
): Promise<DecompressedCopy> {
  try {
    const cache = await DiskCache.open(context.cacheFolder, context.cacheBytes);
    const key = await DiskCache.keyOf(source);
    const held = await cache.hold(key, 'copy');
    if (held !== null) return await DecompressedCopy.reuse(source, held);
    return await DecompressedCopy.make({ source, compression, context, limits, cache, key });
  } catch (error) {
    await source.close();
    if (error instanceof LoupeError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `${basename(source.path)} cannot be decompressed: the cache folder ${context.cacheFolder} cannot be used (${why}).`;
    throw new LoupeError('internal', message, { path: source.path, cause: error });
  }
}
