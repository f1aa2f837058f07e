import type { Transform } from 'node:stream';

/** Takes decoded bytes; the decoder goes on when the promise resolves, which is the backpressure. */
export type Output = (bytes: Buffer) => Promise<void>;

/** A zlib or zstd stream of Node. */
export type DecodingStream = Transform & { readonly bytesWritten: number };

/**
 * What every stream is made with. A readable mark of one byte keeps decoded bytes from queueing inside the
 * stream, where an error would throw them away.
 */
export const STREAM_OPTIONS = { chunkSize: 64 * 1024, readableHighWaterMark: 1 };

/**
 * One of Node's decoding streams, fed chunk by chunk. Unlike a pipe it tells after every chunk how much was
 * taken, which is what finds the end of a gzip member.
 */
export class Decoder {
  readonly #stream: DecodingStream;
  readonly #output: Output;
  #queue: Buffer[] = [];
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(stream: DecodingStream, output: Output) {
    this.#stream = stream;
    this.#output = output;
    stream.on('data', (bytes: Buffer) => {
      this.#queue.push(bytes);
      stream.pause();
      this.#wake();
    });
    stream.on('error', (error: Error) => {
      this.#error = error;
      this.#wake();
    });
  }

  /**
   * Decodes a chunk and hands its output on. Answers how many bytes were taken; fewer than there are means
   * that the stream is at its end.
   * @throws the stream's own error for bytes that cannot be decoded, after the output before them was handed on
   */
  async feed(chunk: Buffer): Promise<number> {
    const before = this.#stream.bytesWritten;
    const progress = { written: false };
    this.#stream.write(chunk, () => {
      progress.written = true;
      this.#wake();
    });
    for (;;) {
      await this.#handOn();
      if (this.#error !== null) throw this.#error;
      if (progress.written && this.#stream.readableLength === 0) break;
      const activity = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#stream.resume();
      await activity;
    }
    return this.#stream.bytesWritten - before;
  }

  close(): void {
    this.#stream.destroy();
  }

  async #handOn(): Promise<void> {
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const bytes of queue) await this.#output(bytes);
    }
  }
}
