import type { FileHandle } from 'node:fs/promises';
import type { DiskCache } from './disk-cache.ts';

/** Output is gathered to writes of this many bytes. */
const WRITE = 1024 * 1024;
/** Room in the cache is asked for in steps of this share of it, so that a small file evicts little. */
const ROOM_SHARE = 64;

export interface CappedWriterOptions {
  readonly cache: DiskCache;
  /** Bytes that the cache may hold in all. */
  readonly cacheBytes: number;
  /** Called before a write with the bytes that there will be and those that there are; throws to refuse them. */
  readonly check?: (output: number, written: number) => void;
  /** What to throw when the cache has no room. */
  readonly full: () => Error;
  /** Called after a write with the bytes that are in the file. */
  readonly wrote?: (length: number) => void;
}

/** Writes a file of the cache in large pieces, within the cache's cap. */
export class CappedWriter {
  /** Bytes that are in the file. */
  length = 0;
  readonly #handle: FileHandle;
  readonly #options: CappedWriterOptions;
  readonly #buffer = Buffer.allocUnsafe(WRITE);
  #filled = 0;
  #room = 0;

  constructor(handle: FileHandle, options: CappedWriterOptions) {
    this.#handle = handle;
    this.#options = options;
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
    const filled = this.#filled;
    if (filled === 0) return;
    // Also after a failed write: what it took is in the file, and must not be written again.
    this.#filled = 0;
    await this.#makeRoom(filled);
    for (let from = 0; from < filled; ) {
      const { bytesWritten } = await this.#handle.write(this.#buffer, from, filled - from, this.length);
      from += bytesWritten;
      this.length += bytesWritten;
    }
    this.#options.wrote?.(this.length);
  }

  /** Writes the rest, within the limits, and closes the file. */
  async end(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }

  async #makeRoom(needed: number): Promise<void> {
    const { cache, cacheBytes, check, full } = this.#options;
    check?.(this.length + needed, this.length);
    if (needed > this.#room) this.#room = await cache.makeRoom(Math.max(WRITE, cacheBytes / ROOM_SHARE));
    if (needed > this.#room) throw full();
    this.#room -= needed;
  }
}
