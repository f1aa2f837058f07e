import type { ExportWish } from '../../protocol/export.ts';
import type { PartFiles } from '../writing/new-files.ts';

/** A file of some format while it is written. */
export interface FormatFile {
  end(): Promise<void>;
  /** Never rejects. */
  destroy(): Promise<void>;
}

/** Files one after the other, each of about the size that is wanted. */
export class RollingFiles<F extends FormatFile> {
  readonly #files: PartFiles;
  readonly #open: (path: string) => Promise<F>;
  readonly #most: ExportWish['fileSize'];
  #current: F | null = null;
  #opened = 0;
  #rows = 0;
  #bytes = 0;

  constructor(files: PartFiles, most: ExportWish['fileSize'], open: (path: string) => Promise<F>) {
    this.#files = files;
    this.#most = most;
    this.#open = open;
  }

  /** The file that a row goes to which takes so many bytes. */
  async forRow(bytes: number): Promise<F> {
    if (this.#current !== null && this.#isFull(bytes)) await this.#close();
    const file = (this.#current ??= await this.#next());
    this.#rows++;
    this.#bytes += bytes;
    return file;
  }

  /** Ends the last file. Without a row there is one all the same. */
  async end(): Promise<void> {
    if (this.#opened === 0) this.#current = await this.#next();
    await this.#close();
  }

  /** Never rejects. */
  async destroy(): Promise<void> {
    await this.#current?.destroy();
  }

  #isFull(bytes: number): boolean {
    if (this.#most === undefined) return false;
    return this.#most.unit === 'rows' ? this.#rows >= this.#most.size : this.#bytes + bytes > this.#most.size;
  }

  async #next(): Promise<F> {
    this.#rows = 0;
    this.#bytes = 0;
    this.#opened++;
    return this.#open(await this.#files.next());
  }

  async #close(): Promise<void> {
    const file = this.#current;
    this.#current = null;
    try {
      await file?.end();
    } catch (error) {
      await file?.destroy();
      throw error;
    }
  }
}
