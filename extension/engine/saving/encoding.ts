import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { Output } from './spliced-output.ts';

/** As the command-line tools write them: gzip's own level, zstd's own level with a checksum. */
const STREAMS = {
  gzip: () => createGzip(),
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
};

/** A gzip or zstd stream that takes bytes and hands on their compressed form, no faster than that is taken. */
export class Encoding {
  readonly #stream: ReturnType<(typeof STREAMS)['gzip' | 'zstd']>;
  readonly #done: Promise<void>;

  constructor(compression: 'gzip' | 'zstd', output: Output) {
    this.#stream = STREAMS[compression]();
    this.#done = pipeline(this.#stream, async (encoded: AsyncIterable<Buffer>) => {
      for await (const bytes of encoded) await output(bytes);
    });
    // Told by `write` and `end`.
    this.#done.catch(() => undefined);
  }

  /** The bytes are the stream's from then on. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#stream.write(bytes)) return;
    await Promise.race([once(this.#stream, 'drain'), this.#done]);
  }

  async end(): Promise<void> {
    this.#stream.end();
    await this.#done;
  }

  /** Gives up; without effect after `end`. */
  close(): void {
    this.#stream.destroy();
  }
}
