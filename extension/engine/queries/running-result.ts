import type { Query, ResultId, ResultState } from '../../protocol/queries.ts';
import type { Progress } from '../../protocol/shards.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { stream } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { throttle } from '../throttle.ts';
import { Waiters } from '../waiters.ts';
import type { IdTables } from './id-tables.ts';
import { prepareQuery, type PreparedQuery } from './prepared-query.ts';
import { queryError } from './query-error.ts';
import { RowList } from './row-list.ts';

/** A query is answered when so many rows are there: more than a screen shows. */
export const FIRST_ROWS = 200;

/** The rows that a sort finds first, before all others are put in order. */
const TOP_ROWS = 1_000;

/** A query is answered after this time with whatever is there, in milliseconds; before it, errors answer the request. */
const PATIENCE = 300;

/**
 * The first rows are looked for alone, for so long at most, in milliseconds: the scan of all rows, which finds them once
 * more, would share the processors with the reading of their page.
 */
const QUICK = 250;

/** So long the scan of all rows waits for somebody to read the first ones, in milliseconds. */
const PAUSE = 100;

/** Milliseconds between two tellings of one result. */
const TELL_INTERVAL = 100;

export interface ResultParts {
  readonly id: ResultId;
  readonly shard: Shard;
  readonly query: Query;
  readonly idTables: IdTables;
  readonly tell: (state: ResultState) => void;
}

/** A query under way and what it has found. Its work ends with `stop`, whatever it is doing. */
export class RunningResult {
  readonly query: Query;
  readonly #parts: ResultParts;
  readonly #stop = new AbortController();
  readonly #waiters = new Waiters();
  readonly #announcer: { call: () => void; stop: () => void };
  #rows = new RowList(0);
  #complete = false;
  #scanned = 0;
  #error: LoupeError | null = null;
  #progress: Progress | null = null;
  /** Whether nothing is wrong with the query itself. */
  #checked = false;
  /** Whether rows of it were read. */
  #read = false;
  /** Whether the request was answered; before that nothing is told. */
  #answered = false;
  readonly #work: Promise<void>;

  constructor(parts: ResultParts) {
    this.#parts = parts;
    this.query = parts.query;
    this.#announcer = throttle(TELL_INTERVAL, () => parts.tell(this.state()));
    this.#work = this.#run();
  }

  get rows(): RowList {
    return this.#rows;
  }

  /** Nothing more will be found. */
  get ended(): boolean {
    return this.#complete || this.#error !== null;
  }

  state(): ResultState {
    return {
      result: this.#parts.id,
      rows: this.#rows.length,
      complete: this.#complete,
      scanned: this.#scanned,
      ...(this.#progress === null || this.ended ? {} : { progress: this.#progress }),
      ...(this.#error === null ? {} : { error: this.#error.toData() }),
    };
  }

  /**
   * The answer to the request: as soon as there is a screenful of rows, or after a moment with what there is. A query
   * is checked before that in any case, unless the shard has to be made ready first.
   * @throws LoupeError when the query fails before that
   */
  async first(signal: AbortSignal): Promise<ResultState> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#changed();
    }, PATIENCE);
    try {
      await this.until(() => this.#rows.length >= FIRST_ROWS || (late && (this.#checked || this.#progress !== null)), signal);
    } finally {
      clearTimeout(timer);
    }
    if (this.#error !== null) throw this.#error;
    this.#answered = true;
    return this.state();
  }

  /** Waits for a state of the result; ends in any case when the query does. Rejects when the signal fires. */
  until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#waiters.until(() => reached() || this.ended, signal);
  }

  /** To be called when rows of it were read: what waited for that goes on. */
  wasRead(): void {
    this.#read = true;
    this.#waiters.check();
  }

  /** Where a row of the table is; null when the query has passed it by, or has ended without it. Rejects when the signal fires. */
  async find(row: number, signal: AbortSignal): Promise<number | null> {
    const sorted = this.query.sort.length > 0;
    const passed = (): boolean => !sorted && this.#rows.ascending && this.#rows.length > 0 && this.#rows.at(this.#rows.length - 1) >= row;
    if (this.#rows.indexOf(row) === null) await this.until(passed, signal);
    return this.#rows.indexOf(row);
  }

  /** Ends the work; what was found stays readable. Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  /** Waits until the query has ended. Never rejects. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #run(): Promise<void> {
    const { shard, query, idTables } = this.#parts;
    const { signal } = this.#stop;
    try {
      const prepared = await prepareQuery(shard, query, { idTables, signal, report: (label, done, total) => this.#report({ label, done, total }) });
      this.#checked = true;
      this.#progress = null;
      this.#rows = new RowList(prepared.relation.rows);
      await (prepared.order === '' ? this.#filter(prepared) : this.#sort(prepared));
      this.#scanned = prepared.relation.rows;
      this.#complete = true;
    } catch (error) {
      this.#error = signal.aborted ? new LoupeError('cancelled', 'The query was ended before it was complete.') : toLoupeError(error);
    }
    this.#changed();
    if (signal.aborted) this.#announcer.stop();
  }

  #report(progress: Progress): void {
    this.#progress = progress;
    this.#changed();
  }

  /** In the order of the table, as DuckDB reads it; where joins have mixed it up, rows are put in order behind all. */
  async #filter(prepared: PreparedQuery): Promise<void> {
    const what = this.#rows.sql(prepared.row);
    if (prepared.readInOrder) {
      if (await this.#findFirst(`${prepared.selectFew(what)} LIMIT ${FIRST_ROWS}`)) return;
      const all = await this.#collectAnew(prepared.select(what), (rows) => this.#inOrder(rows));
      if (all.ascending) return;
    }
    this.#rows = new RowList(prepared.relation.rows);
    await this.#collect(this.#rows, `${prepared.select(what)} ORDER BY ${prepared.row}`);
  }

  /** The first rows alone, and their page. @returns whether they are all that there are */
  async #findFirst(sql: string): Promise<boolean> {
    const rows = this.#rows;
    const late = await this.#collect(rows, sql, () => this.#inOrder(rows), QUICK).then(
      () => false,
      (error: unknown) => {
        if (error instanceof LoupeError && error.code === 'timeout') return true;
        throw error;
      },
    );
    if (!late && rows.ascending && rows.length < FIRST_ROWS) return true;
    if (!late && rows.ascending) await this.#pause();
    return false;
  }

  #inOrder(rows: RowList): boolean {
    this.#scanned = Math.max(this.#scanned, rows.at(rows.length - 1) + 1);
    return rows.ascending;
  }

  /** The first rows come fast and alone; then all of them, which begin with the same ones. */
  async #sort(prepared: PreparedQuery): Promise<void> {
    const what = this.#rows.sql(prepared.row);
    const { tests, order } = prepared.top;
    await this.#collect(this.#rows, `${prepared.select(what, tests)} ORDER BY ${order}, 1 LIMIT ${TOP_ROWS}`);
    if (tests.length === 0 && this.#rows.length < TOP_ROWS) return;
    await this.#pause();
    await this.#collectAnew(`${prepared.select(what)} ORDER BY ${prepared.order}, 1`, () => true);
  }

  /** Collects all rows; the ones that are there already stay until as many are found again. */
  async #collectAnew(sql: string, goOn: (rows: RowList) => boolean): Promise<RowList> {
    const all = this.#rows.another();
    await this.#collect(all, sql, () => {
      if (all.length >= this.#rows.length) this.#rows = all;
      return goOn(all);
    });
    this.#rows = all;
    return all;
  }

  /** Waits until the first rows were read, or for a moment if nobody does. */
  async #pause(): Promise<void> {
    const { signal } = this.#stop;
    this.#changed();
    await this.#waiters.until(() => this.#read, AbortSignal.any([signal, AbortSignal.timeout(PAUSE)])).catch(() => undefined);
    signal.throwIfAborted();
  }

  /** Appends the rows that a statement gives, as long as `goOn` wants more. @param deadline as `QueryOptions` has it */
  async #collect(rows: RowList, sql: string, goOn: () => boolean = () => true, deadline?: number): Promise<void> {
    const { signal } = this.#stop;
    try {
      await stream(
        sql,
        (chunk) => {
          const vector = chunk.getColumnVector(0);
          for (let i = 0; i < chunk.rowCount; i++) rows.push(Number(vector.getItem(i)));
          const more = goOn();
          if (more) this.#changed();
          return more ? 'more' : 'enough';
        },
        { signal, ...(deadline === undefined ? {} : { deadline }) },
      );
    } catch (error) {
      throw queryError(this.#parts.shard.state().path, error, this.query);
    }
  }

  #changed(): void {
    this.#waiters.check();
    if (this.#answered) this.#announcer.call();
  }
}
