import { Checkpoints } from './checkpoints.ts';
import type { Checkpoint, RecordSink, Scanner } from './scanner.ts';
import { copyOf, type TextSource } from './text-source.ts';
import { toLoupeError, type LoupeError } from '../../../rpc/failure.ts';
import { Waiters } from '../../waiters.ts';

/** The first piece is small, so that the first rows are there at once. */
const FIRST_PIECE = 256 * 1024;
const PIECE = 2 * 1024 * 1024;
const TAIL = 4096;

/** A record that lies whole in the piece at hand, shown to a sampler as the index passes. */
export interface PassingRecord {
  readonly row: number;
  readonly line: number;
  readonly bytes: Buffer;
}

/** What the index needs to know of its file and whom it tells. */
export interface IndexOptions {
  readonly source: TextSource;
  /** Makes a scanner that begins at a checkpoint. */
  readonly scanner: (at: Checkpoint) => Scanner;
  /** Where the text begins, behind a byte-order mark. */
  readonly start: number;
  readonly signal: AbortSignal;
  /** A promise while rows are being read, which come first; null when there is none. */
  readonly busy: () => Promise<unknown> | null;
  /** Called after every piece. */
  readonly advanced: () => void;
  /** Whether the sampler wants a record of this many bytes. */
  readonly wants: (row: number, start: number, size: number) => boolean;
  readonly sample: (record: PassingRecord) => void;
}

/** Rows and where they are: built in one pass over the text in the background, usable while it grows. */
export class RecordIndex {
  readonly checkpoints = new Checkpoints();
  scanner: Scanner;
  /** The text was scanned to its end; more rows come only when the file grows. */
  complete = false;
  /** Why the pass stopped early, if it did. */
  failure: LoupeError | null = null;
  readonly #options: IndexOptions;
  readonly #waiters = new Waiters();
  readonly #sink: RecordSink;
  /** The last bytes of the text, which prove later that a grown file was appended to. */
  tail: Buffer = Buffer.alloc(0);
  #pieceAt = 0;
  #length = 0;
  #piece: Buffer = Buffer.alloc(0);
  #run: Promise<void> = Promise.resolve();

  constructor(options: IndexOptions) {
    this.#options = options;
    this.scanner = options.scanner({ row: 0, line: 1, offset: options.start });
    this.#sink = (row, line, start, end): void => {
      this.checkpoints.note(row, line, start);
      if (start < this.#pieceAt || !options.wants(row, start, end - start)) return;
      options.sample({ row, line, bytes: this.#piece.subarray(start - this.#pieceAt, end - this.#pieceAt) });
    };
  }

  get rows(): number {
    return this.scanner.rows;
  }

  /** Bytes of the text scanned so far. */
  get scanned(): number {
    return this.scanner.offset;
  }

  /** Starts the pass. */
  start(): void {
    this.#run = this.#pass();
  }

  /** Goes on after the file grew; the last line may have been cut by the old end. */
  resume(): void {
    this.scanner.reopen?.();
    this.complete = false;
    this.#run = this.#pass();
  }

  /** Resolves when the pass is done. Never rejects. */
  settled(): Promise<void> {
    return this.#run;
  }

  /** Resolves when every row is known. */
  whole(signal: AbortSignal): Promise<void> {
    return this.reached(() => false, signal);
  }

  /** Resolves when `enough()` holds or the pass is done. */
  reached(enough: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#waiters.until(() => this.complete || enough(), signal);
  }

  async #pass(): Promise<void> {
    try {
      await this.#scan();
    } catch (error) {
      if (!this.#options.signal.aborted) this.failure = toLoupeError(error);
    }
    this.complete = true;
    this.#tell();
  }

  async #scan(): Promise<void> {
    const { source, signal } = this.#options;
    const copy = copyOf(source);
    let size = this.scanner.offset === this.#options.start ? FIRST_PIECE : PIECE;
    // Two buffers in turn: one is read into while the other is scanned. Memory stays the same for any file.
    let filling = Buffer.allocUnsafe(PIECE);
    let scanning = Buffer.allocUnsafe(PIECE);
    let reading = source.readInto(filling.subarray(0, size), this.scanner.offset);
    for (;;) {
      const length = await reading;
      await this.#options.busy();
      signal.throwIfAborted();
      [filling, scanning] = [scanning, filling];
      size = PIECE;
      if (length === 0) {
        if (copy === null || (copy.complete && copy.byteLength <= this.scanner.offset)) break;
        await copy.grown(this.scanner.offset, signal);
      }
      reading = source.readInto(filling.subarray(0, size), this.scanner.offset + length);
      if (length > 0) this.#advance(scanning, length);
    }
    this.tail = Buffer.from(this.#piece.subarray(Math.max(0, this.#length - TAIL), this.#length));
    this.scanner.end(this.#sink);
  }

  #advance(bytes: Buffer, length: number): void {
    this.#piece = bytes;
    this.#pieceAt = this.scanner.offset;
    this.#length = length;
    this.scanner.push(bytes.subarray(0, length), length, this.#sink);
    this.#tell();
  }

  #tell(): void {
    this.#waiters.check();
    this.#options.advanced();
  }
}
