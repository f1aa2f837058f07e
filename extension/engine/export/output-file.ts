import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';

export type OutputCompression = 'none' | 'gzip' | 'zstd';

/** A file that is written from its beginning to its end, whoever writes waiting for the disk. */
export class OutputFile {
  readonly #head: Writable;
  readonly #done: Promise<void>;
  #failure: unknown = null;

  constructor(path: string, compression: OutputCompression) {
    const file = createWriteStream(path);
    const packer = compression === 'none' ? null : compression === 'gzip' ? createGzip() : createZstdCompress();
    this.#head = packer ?? file;
    const end = packer === null ? once(file, 'close').then(() => undefined) : pipeline(packer, file);
    this.#done = end.catch((error: unknown) => {
      this.#failure = error;
      // Whoever waits for room to write waits no longer.
      this.#head.emit('drain');
    });
  }

  /** @throws the file system's error */
  async write(data: string | Uint8Array): Promise<void> {
    this.#check();
    if (!this.#head.write(data)) await once(this.#head, 'drain').catch(() => undefined);
    this.#check();
  }

  /** Resolves when everything is in the file. @throws the file system's error */
  async end(): Promise<void> {
    this.#check();
    this.#head.end();
    await this.#done;
    this.#check();
  }

  /** Nothing more will be written. Never rejects. */
  async destroy(): Promise<void> {
    this.#head.destroy();
    await this.#done;
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure as Error;
  }
}
