import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { CappedWriter } from '../cache/capped-writer.ts';
import type { DiskCache } from '../cache/disk-cache.ts';
import type { ShardContext } from '../shards/shard.ts';
import type { FileSource } from '../shards/source.ts';
import type { CompressedInput } from './compressed-input.ts';
import { isBomb, type OutputLimits } from './output-limits.ts';

/** What a copy is made from. */
export interface CopyJob {
  readonly source: FileSource;
  readonly compression: 'gzip' | 'zstd';
  readonly context: ShardContext;
  readonly limits: OutputLimits;
  readonly cache: DiskCache;
  readonly key: string;
}

/** A writer of decompressed output that stops it at the limits. */
export function copyWriter(job: CopyJob, handle: FileHandle, input: CompressedInput, wrote: (length: number) => void): CappedWriter {
  const { path } = job.source;
  const { cacheBytes } = job.context;
  const cut = (why: string): LoupeError =>
    new LoupeError('too-large', `${basename(path)} is shown in part: ${why}`, { path, place: `byte ${input.position}` });
  return new CappedWriter(handle, {
    cache: job.cache,
    cacheBytes,
    wrote,
    check: (output, written) => {
      if (!isBomb(output, input.position, job.limits)) return;
      throw cut(`after ${written} bytes it holds more than ${job.limits.ratio} bytes for each compressed one, which is what a decompression bomb does.`);
    },
    full: () =>
      cut(`its decompressed copy passes the ${Math.round(cacheBytes / 1024 ** 2)} MiB that the setting loupe.cache.maximumSize allows. Raise it and open the file again.`),
  });
}
