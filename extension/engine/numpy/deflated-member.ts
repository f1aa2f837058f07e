import type { ByteSource } from '../shards/source.ts';
import { WindowSource } from './window-source.ts';
import type { ZipMember } from './zip-directory.ts';

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** A compressed member of a zip archive as a gzip file: both hold the same stream, with the same checksum and size behind it. */
export class DeflatedMember implements ByteSource {
  readonly byteLength: number;
  readonly #inner: WindowSource;
  readonly #trailer = Buffer.alloc(8);

  constructor(source: ByteSource, { start, length, crc, size }: ZipMember) {
    this.#inner = new WindowSource(source, start, length);
    this.#trailer.writeUInt32LE(crc, 0);
    this.#trailer.writeUInt32LE(size % 2 ** 32, 4);
    this.byteLength = HEADER.length + length + this.#trailer.length;
  }

  get path(): string {
    return this.#inner.path;
  }

  get bytesRead(): number {
    return this.#inner.bytesRead;
  }

  async slice(start: number, end: number): Promise<Buffer> {
    const first = HEADER.length;
    const last = first + this.#inner.byteLength;
    const middle = end > first && start < last ? await this.#inner.slice(Math.max(0, start - first), Math.min(end, last) - first) : Buffer.alloc(0);
    return Buffer.concat([HEADER.subarray(start, Math.max(start, Math.min(end, first))), middle, this.#trailer.subarray(Math.max(0, start - last), Math.max(0, end - last))]);
  }

  refresh(): Promise<void> {
    return this.#inner.refresh();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
