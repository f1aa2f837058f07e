import type { ByteSource } from '../shards/source.ts';

/** A part of a file as a file of its own. Closing it leaves the file open. */
export class WindowSource implements ByteSource {
  readonly byteLength: number;
  readonly #source: ByteSource;
  readonly #start: number;

  constructor(source: ByteSource, start: number, length: number) {
    this.#source = source;
    this.#start = start;
    this.byteLength = length;
  }

  get path(): string {
    return this.#source.path;
  }

  get bytesRead(): number {
    return this.#source.bytesRead;
  }

  slice(start: number, end: number): Promise<Buffer> {
    return this.#source.slice(this.#start + start, this.#start + Math.min(end, this.byteLength));
  }

  refresh(): Promise<void> {
    return this.#source.refresh();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
