import { open, stat, type FileHandle } from 'node:fs/promises';
import type { LoupeError } from '../../rpc/failure.ts';
import { fileError } from './file-error.ts';

/** Bytes by range: the only way in which Loupe's own readers see a file. */
export interface ByteSource {
  readonly path: string;
  /** Bytes of the file when it was opened, or as of the last `refresh`. */
  readonly byteLength: number;
  /** Bytes asked for and delivered so far. */
  readonly bytesRead: number;
  /**
   * Bytes `[start, end)`; shorter only where the file ends.
   * @throws LoupeError `not-found`, `no-permission`
   */
  slice(start: number, end: number): Promise<Buffer>;
  /** Looks at the file's size again, for a file that grows or shrinks while it is open. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A source whose bytes are still being made (a decompressed copy). Readers treat what is there as the file
 * so far, and wait for more with `grown`.
 */
export interface GrowingSource extends ByteSource {
  /** No more bytes will come. */
  readonly complete: boolean;
  /** Why the bytes end early (truncated stream, bomb, full disk), once known; what came before it stays readable. */
  readonly problem: LoupeError | null;
  /** Compressed bytes consumed and compressed bytes in all, for progress. */
  readonly consumed: number;
  readonly total: number;
  /** Resolves when `byteLength > beyond` or `complete`. */
  grown(beyond: number, signal: AbortSignal): Promise<void>;
}

/** A local file; one descriptor, positional reads, every byte counted. */
export class FileSource implements ByteSource {
  readonly path: string;
  byteLength: number;
  bytesRead = 0;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, byteLength: number) {
    this.path = path;
    this.#handle = handle;
    this.byteLength = byteLength;
  }

  static async open(path: string): Promise<FileSource> {
    try {
      // Looked at before it is opened: opening a pipe would wait for somebody to write to it.
      if (!(await stat(path)).isFile()) throw fileError(path, Object.assign(new Error('not a file'), { code: 'EISDIR' }));
      const handle = await open(path, 'r');
      return new FileSource(path, handle, (await handle.stat()).size);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  async slice(start: number, end: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(end, this.byteLength) - start));
    const filled = await this.readInto(buffer, start);
    return filled === buffer.length ? buffer : buffer.subarray(0, filled);
  }

  /** Fills `target` from `position` on, for loops that use one buffer over and over; answers the bytes there were. */
  async readInto(target: Buffer, position: number): Promise<number> {
    const length = Math.max(0, Math.min(target.length, this.byteLength - position));
    let filled = 0;
    try {
      while (filled < length) {
        const { bytesRead } = await this.#handle.read(target, filled, length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw fileError(this.path, error, `byte ${position + filled}`);
    }
    this.bytesRead += filled;
    return filled;
  }

  /** Ranges that follow one another from `start` on, by one read, each in memory of its own; shorter only where the file ends. */
  async slices(start: number, lengths: readonly number[]): Promise<Buffer[]> {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    if (start + total <= this.byteLength) {
      const buffers = lengths.map((length) => Buffer.allocUnsafe(length));
      const { bytesRead } = await this.#handle.readv(buffers, start).catch((error: unknown) => {
        throw fileError(this.path, error, `byte ${start}`);
      });
      if (bytesRead === total) {
        this.bytesRead += total;
        return buffers;
      }
    }
    // Less came than there is, as network disks may do it: one range after the other.
    const found: Buffer[] = [];
    let at = start;
    for (const length of lengths) {
      found.push(await this.slice(at, at + length));
      at += length;
    }
    return found;
  }

  async refresh(): Promise<void> {
    try {
      this.byteLength = (await this.#handle.stat()).size;
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
