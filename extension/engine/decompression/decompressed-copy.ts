import { rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { createPart, type HeldFile } from '../cache/disk-cache.ts';
import { FileSource, type ByteSource, type GrowingSource } from '../shards/source.ts';
import { Waiters } from '../waiters.ts';
import { CompressedInput } from './compressed-input.ts';
import { problemOf } from './copy-problem.ts';
import { copyWriter, type CopyJob } from './copy-writer.ts';
import { decodeGzip } from './gzip.ts';
import { decodeZstd } from './zstd.ts';

/** Milliseconds between two reports of growth. */
const REPORT = 100;

/** A decompressed copy in the cache, complete or growing; see `openDecompressed`. */
export class DecompressedCopy implements GrowingSource {
  readonly path: string;
  byteLength: number;
  complete: boolean;
  problem: LoupeError | null = null;
  /** Members or frames seen so far. */
  streams: number;
  readonly total: number;
  readonly #source: ByteSource;
  readonly #copy: FileSource;
  #held: HeldFile | null = null;
  #part: string | null = null;
  #input: CompressedInput | null = null;
  #work: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  readonly #waiters = new Waiters();
  #reportedAt = 0;

  private constructor(source: ByteSource, copy: FileSource, complete: boolean, streams: number) {
    this.path = source.path;
    this.#source = source;
    this.#copy = copy;
    this.total = source.byteLength;
    this.byteLength = complete ? copy.byteLength : 0;
    this.complete = complete;
    this.streams = streams;
  }

  /** A copy that is in the cache already. */
  static async reuse(source: ByteSource, held: HeldFile): Promise<DecompressedCopy> {
    try {
      const copy = new DecompressedCopy(source, await FileSource.open(held.path), true, Number(held.tag));
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
    const handle = await createPart(part);
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

  /** Where the decompressed bytes are while this is open; the name changes once, when they are complete. */
  get copyPath(): string | null {
    return this.#part ?? this.#held?.path ?? null;
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
    return this.#waiters.until(() => this.complete || this.byteLength > beyond, signal);
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
    const input = new CompressedInput(job.source, signal);
    this.#input = input;
    const writer = copyWriter(job, handle, input, (length) => {
      this.#grow(length, job.context.changed);
    });
    try {
      const decode = job.compression === 'gzip' ? decodeGzip : decodeZstd;
      await decode(input, (bytes) => writer.write(bytes), () => this.streams++);
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
    this.#held = await job.cache.complete(this.#part, job.key, String(this.streams), 'copy');
    if (this.#held !== null) this.#part = null;
  }

  #grow(length: number, changed: () => void, now = false): void {
    this.byteLength = length;
    this.#copy.byteLength = length;
    this.#waiters.check();
    if (!now && Date.now() - this.#reportedAt < REPORT) return;
    this.#reportedAt = Date.now();
    changed();
  }
}
