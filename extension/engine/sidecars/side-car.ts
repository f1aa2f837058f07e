import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Column, SideCar } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { FoundFile, FoundLayout } from './find.ts';
import type { SideCarJoin } from './join.ts';
import { openJoin } from './open-join.ts';

/** A file beside a shard: its table, once it is open, and how it is joined. */
export class OpenSideCar {
  readonly path: string;
  /** The columns that the shard gets; `index` is the side-car's own. */
  columns: readonly Column[] = [];
  readonly #found: FoundFile;
  readonly #shard: Shard;
  readonly #context: ShardContext;
  #layout: FoundLayout | null = null;
  #join: SideCarJoin | null = null;
  #failure: LoupeError | null = null;
  #rewriter: Rewriter | undefined;
  #bytesRead: () => number = () => 0;
  #close: (() => Promise<void>) | null = null;

  constructor(found: FoundFile, shard: Shard, context: ShardContext) {
    this.path = found.path;
    this.#found = found;
    this.#shard = shard;
    this.#context = context;
  }

  /** Whether the file turned out to be something else. */
  get isForeign(): boolean {
    return this.#join === null && this.#failure === null;
  }

  get bytesRead(): number {
    return this.#bytesRead();
  }

  /** Why nothing of it is shown. */
  get fault(): LoupeError | null {
    return this.#failure ?? this.#join?.fault() ?? null;
  }

  get remark(): string | null {
    return this.#join?.remark ?? null;
  }

  get join(): SideCarJoin | null {
    return this.fault === null ? this.#join : null;
  }

  /** How edits go into it, or why they do not. */
  get rewriter(): Rewriter | string {
    const name = basename(this.path);
    if (this.fault !== null) return this.fault.message;
    if (this.#rewriter !== undefined && this.#join?.partners !== undefined) return this.#rewriter;
    if (this.#join?.partners === undefined) return `${name} is a list: the column says whether a row is named in it.`;
    return `This column comes from ${name}, ${/\.np[yz]$/i.test(name) ? 'a file of NumPy arrays' : 'one JSON object'}, which Loupe does not write.`;
  }

  /** Opens it as the first layout that it fits; never rejects. */
  async open(): Promise<void> {
    const { path } = this;
    try {
      const opened = await openJoin(this.#found, await firstBytes(path), this.#shard, this.#context);
      if (opened === null) return;
      this.#layout = opened.layout;
      this.#join = opened.join;
      this.#rewriter = opened.rewriter;
      this.#bytesRead = opened.bytesRead;
      this.#close = opened.close;
      const origin = { kind: 'side-car', file: path, key: opened.join.key } as const;
      // One whose lengths differ from the outset gets no columns at all.
      if (opened.join.fault() === null) this.columns = opened.join.columns.map((column) => ({ ...column, name: this.#name(column.name), origin }));
    } catch (error) {
      this.#fail(error);
    }
  }

  describe(): Omit<SideCar, 'columns'> {
    const { fault } = this;
    return {
      path: this.path,
      layout: this.#layout?.name ?? this.#found.layouts[0]?.name ?? '',
      key: this.#join?.key ?? '',
      status: fault === null ? 'joined' : 'refused',
      unmatched: this.#join?.unmatched ?? null,
      orphans: this.#join?.orphans ?? null,
      ...(fault === null ? {} : { error: fault.message }),
    };
  }

  /** Values by column; why there are none is told in each cell. @throws LoupeError `cancelled` */
  async read(rows: readonly number[], columns: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[][]> {
    const invalid = ({ message }: LoupeError): Value[][] => columns.map(() => rows.map(() => ({ type: 'invalid', text: '', message })));
    if (this.fault !== null) return invalid(this.fault);
    try {
      return (await this.#join?.read(rows, columns, limits, signal)) ?? [];
    } catch (error) {
      signal.throwIfAborted();
      const failure = fileError(this.path, toLoupeError(error));
      // What it is too large for today it is too large for tomorrow.
      if (failure.code === 'too-large') this.#failure = failure;
      return invalid(failure);
    }
  }

  /** Counts rows without a partner; never rejects. */
  async count(pause: () => Promise<void>): Promise<void> {
    try {
      await this.join?.count(pause, this.#context.signal);
    } catch (error) {
      if (!this.#context.signal.aborted) this.#fail(error);
    }
  }

  async close(): Promise<void> {
    await this.#close?.();
  }

  #fail(error: unknown): void {
    this.#failure = fileError(this.path, toLoupeError(error));
  }

  #name(name: string): string {
    const { [name]: given = name } = this.#layout?.names ?? {};
    return given;
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    const buffer = Buffer.alloc(8);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead === 0) throw new LoupeError('malformed', `${basename(path)} is empty (0 bytes).`, { path });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
