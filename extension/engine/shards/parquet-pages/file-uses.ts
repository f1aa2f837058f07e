import { FileSource } from '../source.ts';

/** A file that is open while anybody uses it: many shards are open at once, and descriptors are few. */
export class FileUses {
  readonly #path: string;
  #open: Promise<FileSource> | null = null;
  #uses = 0;
  #bytesRead = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes read so far by uses that have ended. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Adds what was read of the file in another process. */
  count(bytes: number): void {
    this.#bytesRead += bytes;
  }

  /** @throws LoupeError of the file system, and what `work` throws */
  async use<T>(work: (source: FileSource) => Promise<T>): Promise<T> {
    this.#uses++;
    this.#open ??= FileSource.open(this.#path);
    const opened = this.#open;
    try {
      return await work(await opened);
    } finally {
      if (--this.#uses === 0) {
        this.#open = null;
        await opened.then(
          (source) => {
            this.#bytesRead += source.bytesRead;
            return source.close();
          },
          () => undefined,
        );
      }
    }
  }
}
