import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import type { ShardContext } from '../shards/shard.ts';
import { FileSource, type GrowingSource } from '../shards/source.ts';
import { CompressedInput } from './compressed-input.ts';
import { createPart, type CopyCache, type HeldCopy } from './copy-cache.ts';
import { decodeGzip } from './gzip.ts';
import { isBomb, type OutputLimits } from './output-limits.ts';
import { StreamFault } from './stream-fault.ts';
import { decodeZstd } from './zstd.ts';

/** Output is gathered to writes of this many bytes. */
const WRITE = 1024 * 1024;
/** Room in the cache is asked for in steps of this many bytes. */
const ROOM_STEP = 64 * 1024 * 1024;
/** Milliseconds between two reports of growth. */
const REPORT = 100;

/** What a copy is made from. */
export interface CopyJob {
  readonly source: FileSource;
  readonly compression: 'gzip' | 'zstd';
  readonly context: ShardContext;
  readonly limits: OutputLimits;
  readonly cache: CopyCache;
  readonly key: string;
}

interface Waiter {
  readonly beyond: number;
  readonly resolve: () => void;
}

/** A decompressed copy in the cache, complete or growing; see `openDecompressed`. */
export class DecompressedCopy implements GrowingSource {
  readonly path: string;
  byteLength: number;
  complete: boolean;
  problem: LoupeError | null = null;
  /** Members or frames seen so far. */
  streams: number;
  readonly total: number;
  readonly #source: FileSource;
  readonly #copy: FileSource;
  #held: HeldCopy | null = null;
  #part: string | null = null;
  #input: CompressedInput | null = null;
  #work: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  readonly #waiters = new Set<Waiter>();

  private constructor(source: FileSource, copy: FileSource, complete: boolean, streams: number) {
    this.path = source.path;
    this.#source = source;
    this.#copy = copy;
    this.total = source.byteLength;
    this.byteLength = complete ? copy.byteLength : 0;
    this.complete = complete;
    this.streams = streams;
  }

  /** A copy that is in the cache already. */
  static async reuse(source: FileSource, held: HeldCopy): Promise<DecompressedCopy> {
    try {
      const copy = new DecompressedCopy(source, await FileSource.open(held.path), true, held.streams);
      copy.#held = held;
      return copy;
    } catch (error) {
      await held.release();
      throw error;
    }
  }

  /** Starts to decompress; the copy grows in the background. */
  static async make(job: CopyJob): Promise<DecompressedCopy> {
    const part = job.cache.partPath(job.key);
    let handle: FileHandle;
    try {
      handle = await createPart(part);
    } catch (error) {
      throw new LoupeError('internal', `No decompressed copy of ${basename(job.source.path)} can be made: the cache folder ${job.context.cacheFolder} cannot be written (${String(error)}).`, { path: job.source.path, cause: error });
    }
    const copy = new DecompressedCopy(job.source, await FileSource.open(part), false, 0);
    copy.#part = part;
    copy.#work = copy.#decompress(job, handle);
    return copy;
  }

  /** Bytes of the compressed file read so far. */
  get bytesRead(): number {
    return this.#source.bytesRead;
  }

  /** Bytes of the decompressed copy read so far. */
  get copyBytesRead(): number {
    return this.#copy.bytesRead;
  }

  get consumed(): number {
    return this.complete ? this.total : (this.#input?.position ?? 0);
  }

  slice(start: number, end: number): Promise<Buffer> {
    return this.#copy.slice(start, Math.min(end, this.byteLength));
  }

  readInto(target: Buffer, position: number): Promise<number> {
    return this.#copy.readInto(target.subarray(0, Math.max(0, this.byteLength - position)), position);
  }

  /** Looks at the compressed file's size; the copy itself never changes once complete. */
  async refresh(): Promise<void> {
    await this.#source.refresh();
    if (this.#source.byteLength === this.total) return;
    throw new LoupeError('changed', `${basename(this.path)} changed its size while it was open; open it again.`, { path: this.path });
  }

  grown(beyond: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.complete || this.byteLength > beyond) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter);
        reject(new LoupeError('cancelled', 'Cancelled.'));
      };
      const waiter = {
        beyond,
        resolve: (): void => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.#copy.close();
    await this.#held?.release();
    if (this.#part !== null) await rm(this.#part, { force: true });
    await this.#source.close();
  }

  /** Never rejects: what goes wrong is `problem`. */
  async #decompress(job: CopyJob, handle: FileHandle): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, job.context.signal]);
    const writer = new CopyWriter(this, job, handle, (length) => {
      this.#grow(length, job.context.changed);
    });
    try {
      this.#input = new CompressedInput(job.source, signal);
      writer.input = this.#input;
      const decode = job.compression === 'gzip' ? decodeGzip : decodeZstd;
      await decode(this.#input, (bytes) => writer.write(bytes), () => this.streams++);
    } catch (error) {
      this.problem = problemOf(error, this.path, job.compression);
    }
    try {
      await writer.end();
      if (this.problem === null) await this.#keep(job);
    } catch (error) {
      this.problem ??= problemOf(error, this.path, job.compression);
    }
    this.complete = true;
    this.#grow(writer.length, job.context.changed, true);
  }

  async #keep(job: CopyJob): Promise<void> {
    if (this.#part === null) return;
    this.#held = await job.cache.complete(this.#part, job.key, this.streams);
    if (this.#held !== null) this.#part = null;
  }

  #reported = 0;

  #grow(length: number, changed: () => void, now = false): void {
    this.byteLength = length;
    this.#copy.byteLength = length;
    for (const waiter of this.#waiters) {
      if (!this.complete && length <= waiter.beyond) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
    if (!now && Date.now() - this.#reported < REPORT) return;
    this.#reported = Date.now();
    changed();
  }
}

/** Writes output to the part file in large pieces and stops it at the limits. */
class CopyWriter {
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

  constructor(copy: DecompressedCopy, job: CopyJob, handle: FileHandle, wrote: (length: number) => void) {
    this.#name = basename(copy.path);
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
    let from = 0;
    while (from < this.#filled) {
      const { bytesWritten } = await this.#handle.write(this.#buffer, from, this.#filled - from, this.length);
      from += bytesWritten;
      this.length += bytesWritten;
    }
    this.#filled = 0;
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
    if (this.#filled > this.#room) this.#room = Math.max(this.#room, await cache.makeRoom(ROOM_STEP));
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

function problemOf(error: unknown, path: string, compression: string): LoupeError {
  const name = basename(path);
  if (error instanceof StreamFault) {
    const words = {
      truncated: `${name} is cut off: its ${compression} stream ends at byte ${error.byte} in the middle${error.detail === '' ? '' : ` ${error.detail}`}. What came before is shown.`,
      trailing: `${name} holds bytes after its last ${compression} stream, from byte ${error.byte} on, that are none. They are left out.`,
      damaged: `${name} is damaged at byte ${error.byte}${error.detail === '' ? '' : ` (${error.detail})`}. What came before is shown.`,
    };
    return new LoupeError('malformed', words[error.kind], { path, place: `byte ${error.byte}`, cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LoupeError('too-large', `${name} is shown in part: the disk that holds its decompressed copy is full. Make room, or set another cache folder.`, { path, cause: error });
  }
  if (error instanceof Error && error.name === 'AbortError') return toLoupeError(error);
  return fileError(path, error);
}
