import { OutputFile, type OutputCompression } from './output-file.ts';
import type { FormatFile } from './rolling-files.ts';

/** Bytes that are written at a time. */
const PIECE = 256 * 1024;

/** A file of lines. */
export class LineFile implements FormatFile {
  readonly #file: OutputFile;
  readonly #lineBreak: Buffer;
  #waiting: Buffer[] = [];
  #size = 0;

  constructor(path: string, compression: OutputCompression, lineBreak: string) {
    this.#file = new OutputFile(path, compression);
    this.#lineBreak = Buffer.from(lineBreak);
  }

  /** Undefined where nothing has to be waited for. */
  add(line: Buffer): Promise<void> | undefined {
    this.#waiting.push(line, this.#lineBreak);
    this.#size += line.length + this.#lineBreak.length;
    return this.#size < PIECE ? undefined : this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#file.end();
  }

  destroy(): Promise<void> {
    return this.#file.destroy();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#size = 0;
    if (bytes.length > 0) await this.#file.write(bytes);
  }
}
