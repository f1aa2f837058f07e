import { pack } from 'tar-stream';
import { OutputFile } from './output-file.ts';
import type { FormatFile } from './rolling-files.ts';

/** A member of an archive. */
export interface TarMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The same rows give the same archive, whenever it is written. */
const TIME = new Date(0);

/** A tar archive that is written member by member. */
export class TarFile implements FormatFile {
  readonly #pack = pack();
  readonly #file: OutputFile;
  readonly #written: Promise<void>;

  constructor(path: string) {
    this.#file = new OutputFile(path, 'none');
    this.#written = this.#pump();
    // Told to whoever adds or ends.
    this.#written.catch(() => undefined);
  }

  /** Resolves when the member has left memory. @throws the file system's error */
  async add({ name, bytes }: TarMember): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<null>();
    const entry = this.#pack.entry({ name, size: bytes.length, mtime: TIME }, (error) => (error == null ? resolve(null) : reject(error)));
    entry.end(bytes);
    try {
      await promise;
    } catch (error) {
      // An archive that cannot be written loses its members; why it cannot is what matters.
      await this.#written;
      throw error;
    }
  }

  async end(): Promise<void> {
    this.#pack.finalize();
    await this.#written;
    await this.#file.end();
  }

  async destroy(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => undefined);
    await this.#file.destroy();
  }

  async #pump(): Promise<void> {
    for await (const piece of this.#pack) await this.#file.write(piece as Buffer);
  }
}
