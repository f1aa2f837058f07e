import type { ByteSource } from '../shards/source.ts';

/** Compressed bytes asked of the file at a time. */
const CHUNK = 256 * 1024;

/**
 * The compressed file read forwards: chunks as they are on disk, with what a decoder did not take put back.
 * `position` is the offset in the file of the next byte.
 */
export class CompressedInput {
  position = 0;
  readonly #source: ByteSource;
  #chunk: Buffer = Buffer.alloc(0);
  readonly #signal: AbortSignal;

  constructor(source: ByteSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  get total(): number {
    return this.#source.byteLength;
  }

  /** The next bytes, at least one; null at the end of the file. */
  async next(): Promise<Buffer | null> {
    this.#signal.throwIfAborted();
    if (this.#chunk.length === 0) this.#chunk = await this.#source.slice(this.position, this.position + CHUNK);
    const chunk = this.#chunk;
    if (chunk.length === 0) return null;
    this.#chunk = Buffer.alloc(0);
    this.position += chunk.length;
    return chunk;
  }

  /** Gives back the bytes that were not used of the chunk handed out last. */
  putBack(rest: Buffer): void {
    this.#chunk = rest;
    this.position -= rest.length;
  }

  /** Exactly `count` bytes (a header field), or null where the file ends before. */
  async take(count: number): Promise<Buffer | null> {
    const start = this.position;
    const parts: Buffer[] = [];
    let have = 0;
    while (have < count) {
      const chunk = await this.next();
      if (chunk === null) {
        this.position = start;
        return null;
      }
      const used = chunk.subarray(0, count - have);
      parts.push(used);
      have += used.length;
      this.putBack(chunk.subarray(used.length));
    }
    return Buffer.concat(parts);
  }
}
