import type { DurableFile } from '../../durable/files.ts';

/** Output is gathered to writes of this many bytes. */
const WRITE = 1024 * 1024;

/** Writes one file forwards. */
export class FileOutput {
  readonly #file: DurableFile;
  readonly #gathered = Buffer.allocUnsafe(WRITE);
  #have = 0;
  #position: number;

  constructor(file: DurableFile, position = 0) {
    this.#file = file;
    this.#position = position;
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#have + bytes.length > WRITE) await this.#flush();
    if (bytes.length >= WRITE) {
      await this.#file.write(bytes, this.#position);
      this.#position += bytes.length;
      return;
    }
    bytes.copy(this.#gathered, this.#have);
    this.#have += bytes.length;
  }

  /** Writes what is gathered. @returns where the file ends */
  async end(): Promise<number> {
    await this.#flush();
    return this.#position;
  }

  async #flush(): Promise<void> {
    if (this.#have === 0) return;
    await this.#file.write(this.#gathered.subarray(0, this.#have), this.#position);
    this.#position += this.#have;
    this.#have = 0;
  }
}
