import { setImmediate } from 'node:timers/promises';
import type { LintFinding } from '../../protocol/lint.ts';
import type { Member, SetNews, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { Waiters } from '../waiters.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { ReadRequest, RowsRequest, Shard, ShardContext } from '../shards/shard.ts';
import type { Expansion, SetLocation } from './expand.ts';
import { SetPart, type OpenPart } from './part.ts';
import { PartPool } from './part-pool.ts';
import { fileFault, readPart } from './read-part.ts';
import { RowLayout } from './row-layout.ts';
import { SchemaUnion } from './schema-union.ts';
import { setMetadata } from './set-metadata.ts';
import { setNews } from './set-news.ts';
import { setRelation } from './set-relation.ts';
import { SetRewriter } from './set-rewriter.ts';
import { SetState } from './set-state.ts';

/** Shards whose rows are counted at once. */
const COUNTED_AT_ONCE = 2;
/** Files whose size is asked for at once. */
const MEASURED_AT_ONCE = 32;
/** Findings of all shards together. */
const MAX_FINDINGS = 10_000;

/** What a set is opened with. */
export interface SetParts {
  readonly location: SetLocation;
  readonly expansion: Expansion;
  readonly context: ShardContext;
  readonly open: OpenPart;
  /** Shards that are open at once, where it is not the usual number. */
  readonly maxOpen?: number;
}

/** Shards of any format one after the other as one table. Their rows are counted in the background, in order. */
export class SetShard implements Shard {
  readonly #parts: readonly SetPart[];
  readonly #layout: RowLayout;
  readonly #union: SchemaUnion;
  readonly #pool: PartPool;
  readonly #state: SetState;
  readonly #context: ShardContext;
  readonly #location: SetLocation;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #counting: Promise<void>;
  readonly rewriter: SetRewriter;
  readonly #waiters = new Waiters();
  /** Parts whose columns are in the union, from the first on. */
  #taken = 0;

  constructor({ location, expansion, context, open, maxOpen }: SetParts) {
    this.#location = location;
    this.#context = context;
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal]);
    this.#parts = expansion.files.map((file, place) => new SetPart(file, place));
    this.#layout = new RowLayout(this.#parts);
    this.#union = new SchemaUnion((place) => this.#parts[place]?.file.name ?? '');
    this.#pool = new PartPool(open, { ...context, signal: this.#signal }, (part) => this.#refresh(part), maxOpen);
    this.#state = new SetState({ location, parts: this.#parts, layout: this.#layout, union: this.#union, notices: expansion.notices });
    this.rewriter = new SetRewriter({
      folder: location.folder,
      parts: this.#parts,
      layout: this.#layout,
      union: this.#union,
      pool: this.#pool,
      counted: (rows, signal) => this.#until(() => this.#layout.rows >= rows, signal),
      signal: this.#signal,
    });
    this.#counting = this.#countAll();
  }

  /**
   * Resolves when a shard is readable.
   * @throws LoupeError the first shard's, where none of them is
   */
  async firstRows(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#layout.rows > 0, signal);
    const [first] = this.#parts;
    if (first?.error != null && this.#parts.every(({ state }) => state === null)) {
      const words = this.#parts.length === 1 ? '' : ` None of the ${this.#parts.length} shards can be read.`;
      throw new LoupeError(first.error.code, first.error.message + words, { path: this.#location.folder });
    }
  }

  state(): ShardState {
    return this.#state.build();
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#until(() => this.#layout.rows >= request.end, signal);
    const spans = this.#layout.spans(request.start, request.end);
    const pieces = await Promise.all(
      spans.map(({ part, start, end }) =>
        readPart({ part, rows: end - start, columns: request.columns, read: (shard, columns) => shard.read({ ...request, start, end, columns }, signal) }, this.#pool, this.#union, signal),
      ),
    );
    return request.columns.map((_, i) => pieces.flatMap((piece) => piece[i] ?? []));
  }

  async readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    const last = request.rows.reduce((most, row) => Math.max(most, row), -1);
    await this.#until(() => this.#layout.rows > last, signal);
    const result: Value[][] = request.columns.map(() => request.rows.map(() => null));
    const wanted = Map.groupBy(request.rows.keys(), (at) => this.#layout.spans(request.rows[at] ?? -1, (request.rows[at] ?? -1) + 1)[0]?.part);
    await Promise.all(
      [...wanted].map(async ([part, places]) => {
        if (part === undefined) return;
        const start = this.#layout.start(part.place);
        const rows = places.map((at) => (request.rows[at] ?? 0) - start);
        const read = (shard: Shard, columns: readonly number[]): Promise<Value[][]> => shard.readRows({ ...request, rows, columns }, signal);
        const values = await readPart({ part, rows: rows.length, columns: request.columns, read }, this.#pool, this.#union, signal);
        for (const [i, column] of values.entries()) for (const [j, at] of places.entries()) (result[i] as Value[])[at] = column[j] ?? null;
      }),
    );
    return result;
  }

  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    await this.#until(() => this.#layout.complete, signal);
    return setRelation({ parts: this.#parts, layout: this.#layout, union: this.#union, pool: this.#pool }, columns, report, signal);
  }

  async lint(signal: AbortSignal): Promise<readonly LintFinding[]> {
    await this.#until(() => this.#layout.complete, signal);
    const findings: LintFinding[] = [];
    for (const part of this.#parts) {
      if (findings.length >= MAX_FINDINGS) break;
      if (part.state === null) continue;
      const start = this.#layout.start(part.place);
      for (const finding of await this.#lintPart(part, signal)) {
        findings.push({ ...finding, place: `${part.file.name}: ${finding.place}`, ...(finding.row === undefined ? {} : { row: start + finding.row }) });
      }
    }
    return findings.slice(0, MAX_FINDINGS);
  }

  /** What is wrong with a file so that it cannot be looked at is a finding itself: the other shards go on. */
  async #lintPart(part: SetPart, signal: AbortSignal): Promise<readonly LintFinding[]> {
    try {
      return await this.#pool.use(part, (shard) => shard.lint(signal), signal);
    } catch (error) {
      const failure = fileFault(error, signal);
      this.#pool.fail(part, failure);
      return [{ code: 'archive', severity: 'error', message: failure.message, place: 'the file' }];
    }
  }

  async place(row: number, signal: AbortSignal): Promise<string> {
    return this.#inPart(row, signal, async (shard, own, part) => `${part.file.name}, ${await shard.place(own, signal)}`);
  }

  async raw(row: number, signal: AbortSignal): Promise<string | null> {
    return this.#inPart(row, signal, (shard, own) => shard.raw(own, signal));
  }

  files(): string[] {
    return this.#parts.map(({ file }) => file.path);
  }

  async members(row: number, signal: AbortSignal): Promise<readonly Member[] | null> {
    return this.#inPart(row, signal, (shard, own) => shard.members(own, signal));
  }

  metadata(signal: AbortSignal): Promise<ShardMetadata> {
    signal.throwIfAborted();
    return Promise.resolve(setMetadata({ location: this.#location, state: this.state(), parts: this.#parts, layout: this.#layout }));
  }

  /** Where a shard's rows are, once all before it are counted; null for a file that is none of its shards. */
  async rowsOf(path: string, signal: AbortSignal): Promise<{ readonly start: number; readonly rows: number } | null> {
    const part = this.#parts.find(({ file }) => file.path === path);
    if (part === undefined) return null;
    await this.#until(() => this.#layout.frontier > part.place, signal);
    return { start: this.#layout.start(part.place), rows: part.rows };
  }

  /** What changed on disk since the set was opened. */
  news(signal: AbortSignal): Promise<SetNews> {
    return setNews(this.#location, this.#parts, signal);
  }

  async settled(): Promise<void> {
    await this.#counting;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#counting;
    await this.#pool.closeAll();
  }

  async #countAll(): Promise<void> {
    const waiting = this.#parts.values();
    const worker = async (): Promise<void> => {
      for (const part of waiting) {
        if (this.#signal.aborted) return;
        await this.#count(part);
      }
    };
    await Promise.all([this.#measureAll(), ...Array.from({ length: COUNTED_AT_ONCE }, worker)]);
  }

  async #measureAll(): Promise<void> {
    const waiting = this.#parts.values();
    const worker = async (): Promise<void> => {
      for (const part of waiting) {
        if (this.#signal.aborted) return;
        await part.measure();
      }
    };
    await Promise.all(Array.from({ length: MEASURED_AT_ONCE }, worker));
    this.#state.dirty();
    this.#context.changed();
  }

  async #count(part: SetPart): Promise<void> {
    // A turn for requests between two shards that open in no time.
    await setImmediate();
    try {
      await this.#pool.use(part, (shard) => this.#countOpen(part, shard), this.#signal);
    } catch (error) {
      part.error ??= toLoupeError(error);
    }
    if (this.#signal.aborted) return;
    // Whatever the reader has found by its end is all there is.
    part.rowsComplete = true;
    this.#refresh(part);
  }

  async #countOpen(part: SetPart, shard: Shard): Promise<void> {
    if (!part.rowsComplete) await shard.settled();
    part.refresh();
  }

  /** Takes in what a part's reader says now, and wakes those who wait for its rows. */
  #refresh(part: SetPart): void {
    if (this.#signal.aborted) return;
    part.refresh();
    this.#layout.advance();
    this.#takeColumns(part);
    this.#state.dirty();
    this.#waiters.check();
    this.#context.changed();
  }

  /** Columns are united in the order of the shards, so that they always come out the same. */
  #takeColumns(changed: SetPart): void {
    if (changed.place < this.#taken) this.#takeColumnsOf(changed);
    const end = Math.min(this.#parts.length, this.#layout.frontier + 1);
    for (; this.#taken < end; this.#taken++) this.#takeColumnsOf(this.#parts[this.#taken]);
  }

  #takeColumnsOf(part: SetPart | undefined): void {
    if (part?.state != null && part.state.columns.length > 0) this.#union.take(part.place, part.state.format, part.state.columns);
  }

  #until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#waiters.until(() => reached() || this.#layout.complete, AbortSignal.any([signal, this.#signal]));
  }

  async #inPart<T>(row: number, signal: AbortSignal, work: (shard: Shard, own: number, part: SetPart) => Promise<T>): Promise<T> {
    await this.#until(() => this.#layout.rows > row, signal);
    const [span] = this.#layout.spans(row, row + 1);
    if (span === undefined) throw new LoupeError('invalid-request', `The set has no row ${row + 1}.`, { path: this.#location.folder });
    return this.#pool.use(span.part, (shard) => work(shard, span.start, span.part), signal);
  }
}
