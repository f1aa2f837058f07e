import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import type { ShardContext } from '../shards/shard.ts';
import type { FileSource } from '../shards/source.ts';
import type { CompressedInput } from './compressed-input.ts';
import type { CopyCache } from './copy-cache.ts';
import { isBomb, type OutputLimits } from './output-limits.ts';

/** Output is gathered to writes of this many bytes. */
const WRITE = 1024 * 1024;
/** Room in the cache is asked for in steps of this share of it, so that a small file evicts little. */
const ROOM_SHARE = 64;

/** What a copy is made from. */
export interface CopyJob {
  readonly source: FileSource;
  readonly compression: 'gzip' | 'zstd';
  readonly context: ShardContext;
  readonly limits: OutputLimits;
  readonly cache: CopyCache;
  readonly key: string;
}

/** Writes output to the part file in large pieces and stops it at the limits. */
export class CopyWriter {
  input: CompressedInput | null = null;
  /** Bytes that are in the file. */
  length = 0;
  readonly #name: string;
  readonly #job: CopyJob;
  readonly #handle: FileHandle;
  readonly #wrote: (length: number) => void;
  readonly #buffer = Buffer.allocUnsafe(WRITE);
  #filled = 0;
  #room = 0;

  constructor(job: CopyJob, handle: FileHandle, wrote: (length: number) => void) {
    this.#name = basename(job.source.path);
    this.#job = job;
    this.#handle = handle;
    this.#wrote = wrote;
  }

  async write(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const step = bytes.copy(this.#buffer, this.#filled, from);
      this.#filled += step;
      from += step;
      // The first bytes go out at once, so that the first rows can be shown.
      if (this.#filled === WRITE || this.length === 0) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    await this.#checkLimits();
    const filled = this.#filled;
    // Also after a failed write: what it took is in the file, and must not be written again.
    this.#filled = 0;
    for (let from = 0; from < filled; ) {
      const { bytesWritten } = await this.#handle.write(this.#buffer, from, filled - from, this.length);
      from += bytesWritten;
      this.length += bytesWritten;
    }
    this.#wrote(this.length);
  }

  /** Writes the rest, within the limits, and closes the file. */
  async end(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }

  async #checkLimits(): Promise<void> {
    const output = this.length + this.#filled;
    const { limits, cache, source } = this.#job;
    if (isBomb(output, this.input?.position ?? 0, limits)) {
      this.#filled = 0;
      throw new LoupeError(
        'too-large',
        `${this.#name} is shown in part: after ${this.length} bytes it holds more than ${limits.ratio} bytes for each compressed one, which is what a decompression bomb does.`,
        { path: source.path, place: `byte ${this.input?.position ?? 0}` },
      );
    }
    if (this.#filled > this.#room) this.#room = await cache.makeRoom(Math.max(WRITE, this.#job.context.cacheBytes / ROOM_SHARE));
    if (this.#filled > this.#room) {
      this.#filled = 0;
      throw new LoupeError(
        'too-large',
        `${this.#name} is shown in part: its decompressed copy passes the ${Math.round(this.#job.context.cacheBytes / 1024 ** 2)} MiB that the setting loupe.cache.maximumSize allows. Raise it and open the file again.`,
        { path: source.path, place: `byte ${this.input?.position ?? 0}` },
      );
    }
    this.#room -= this.#filled;
  }
}
