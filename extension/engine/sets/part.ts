import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ShardPart, ShardState } from '../../protocol/shards.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { SetFile } from './choose-shards.ts';

/** Opens one shard of a set, with all that belongs to it. */
export type OpenPart = (path: string, context: ShardContext) => Promise<Shard>;

/** One shard of a set: what is known of it, and its reader while there is one. */
export class SetPart {
  readonly file: SetFile;
  /** Its place in the set. */
  readonly place: number;
  /** Bytes on disk; 0 until it was looked at. */
  fileSize = 0;
  /** Rows that the set counts for it; they stay as they are once they are all known, whatever becomes of the file. */
  rows = 0;
  /** No more rows will come: all are counted, or it cannot be opened. */
  rowsComplete = false;
  /** Why rows of it cannot be read. */
  error: LoupeError | null = null;
  /** What its reader said last; null until it was open. */
  state: ShardState | null = null;
  /** Those who read from it at the moment. */
  users = 0;
  /** A relation of the set names tables of its reader, which go when that is closed. */
  isQueried = false;
  #shard: Shard | null = null;
  #opening: Promise<Shard> | null = null;
  #stop: AbortController | null = null;
  /** Size and time of the file when it was opened first. */
  #facts: string | null = null;
  /** Bytes read by readers that are closed. */
  #earlierBytes = 0;

  constructor(file: SetFile, place: number) {
    this.file = file;
    this.place = place;
  }

  get isOpen(): boolean {
    return this.#shard !== null;
  }

  /** Whether the reader has found columns that are not taken in yet. */
  get columnsChanged(): boolean {
    return this.#shard !== null && this.#shard.state().columns !== this.state?.columns;
  }

  get bytesRead(): number {
    return this.#earlierBytes + (this.state?.bytesRead ?? 0);
  }

  /** The reader; opened where it is not. Everybody who asks meanwhile waits for the same opening. @throws LoupeError */
  open(open: OpenPart, context: ShardContext, changed: () => void): Promise<Shard> {
    if (this.#shard !== null) return Promise.resolve(this.#shard);
    this.#opening ??= this.#open(open, context, changed).finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** Takes in what the reader says now; answers whether the rows are all known since just now. */
  refresh(): boolean {
    const state = this.#shard?.state() ?? this.state;
    if (state === null) return false;
    this.state = state;
    this.fileSize = state.fileSize;
    if (this.rowsComplete) return false;
    this.rows = state.rows;
    this.rowsComplete = state.rowsComplete;
    return this.rowsComplete;
  }

  /** Lets the reader go; what is known of the shard stays. */
  async close(): Promise<void> {
    const shard = this.#shard ?? (await this.#opening?.catch(() => null)) ?? null;
    if (shard === null) return;
    this.refresh();
    this.#shard = null;
    this.#stop?.abort();
    // Of Parquet the count is of the path, over all readers.
    if (this.state !== null && this.state.format !== 'parquet') {
      this.#earlierBytes += this.state.bytesRead;
      this.state = { ...this.state, bytesRead: 0 };
    }
    await shard.close();
  }

  /** Looks at the file before anybody opens it, for the size of the whole. */
  async measure(): Promise<void> {
    if (this.fileSize === 0) this.fileSize = (await stat(this.file.path).catch(() => null))?.size ?? 0;
  }

  describe(start: number): ShardPart {
    return {
      path: this.file.path,
      format: this.state?.format ?? 'set',
      start,
      rows: this.rows,
      rowsComplete: this.rowsComplete,
      ...(this.error === null ? {} : { error: this.error.message }),
    };
  }

  async #open(open: OpenPart, context: ShardContext, changed: () => void): Promise<Shard> {
    const stop = new AbortController();
    const { path } = this.file;
    try {
      await this.#checkUnchanged();
      const shard = await open(path, { ...context, changed, signal: AbortSignal.any([context.signal, stop.signal]) });
      if (context.signal.aborted) {
        await shard.close();
        context.signal.throwIfAborted();
      }
      this.#shard = shard;
      this.#stop = stop;
      this.refresh();
      return shard;
    } catch (error) {
      stop.abort();
      throw fileError(path, toLoupeError(error));
    }
  }

  /** A shard that was closed for want of room must be the same when it is opened again. */
  async #checkUnchanged(): Promise<void> {
    const { path } = this.file;
    const stats = await stat(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    const facts = `${stats.size} ${stats.mtimeMs}`;
    if (this.state === null) this.#facts = facts;
    else if (this.#facts !== facts) throw new LoupeError('changed', `${basename(path)} was changed on disk while its set was open; open it again.`, { path });
  }
}
