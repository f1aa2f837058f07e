import type { ColumnPath, ResultId } from '../../../extension/protocol/queries.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { toLoupeError, type LoupeError } from '../../../extension/rpc/failure.ts';
import { pathKey, samePath } from '../filters/conditions.ts';
import { nextSummary, type SummaryRequest, type SummaryTarget } from './summary-plan.ts';

/** Columns whose statistics are kept. */
const MAX_COLUMNS = 500;

export type FetchSummary = (
  params: { readonly column: ColumnPath; readonly quick: boolean; readonly result?: ResultId },
  signal: AbortSignal,
) => Promise<ColumnSummary>;

/** What is known of a column's distribution now. */
export interface ColumnStatistics {
  readonly summary: ColumnSummary | null;
  readonly error: LoupeError | null;
  /** More of the table is being counted. */
  readonly counting: boolean;
}

interface Entry {
  statistics: ColumnStatistics;
  result: ResultId | null;
}

interface Flight {
  readonly request: SummaryRequest;
  readonly controller: AbortController;
}

const NOTHING: ColumnStatistics = { summary: null, error: null, counting: false };

/** Distributions of the columns on screen, asked for one after the other, never in the way of rows. */
export class Summaries {
  readonly #fetch: FetchSummary;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  /** Columns that shall be counted whole whatever it takes. */
  readonly #wholes = new Set<string>();
  #visible: readonly ColumnPath[] = [];
  #focused: readonly ColumnPath[] = [];
  #target: SummaryTarget | null = null;
  #opening: number | null = null;
  #blocked = false;
  #holds = 0;
  #flight: Flight | null = null;

  constructor(fetch: FetchSummary) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get(column: ColumnPath): ColumnStatistics {
    return this.#entries.get(pathKey(column))?.statistics ?? NOTHING;
  }

  /** The columns whose headers are on screen. */
  show(columns: readonly ColumnPath[]): void {
    if (sameColumns(columns, this.#visible)) return;
    this.#visible = columns;
    this.#pump();
  }

  /** The columns that the statistics view is about: they come first. */
  focus(columns: readonly ColumnPath[]): void {
    if (sameColumns(columns, this.#focused)) return;
    this.#focused = columns;
    this.#pump();
  }

  /** The user wants a column counted over the whole table. */
  countWhole(column: ColumnPath): void {
    this.#wholes.add(pathKey(column));
    this.#pump();
  }

  /** Somebody waits for an answer about rows: counting stops until it is there. @returns a function that says so */
  hold(): () => void {
    this.#holds++;
    this.#abort();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.#pump();
    };
  }

  /** What statistics are of from now on; `blocked` while the rows themselves are waited for. */
  follow(target: SummaryTarget | null, blocked: boolean): void {
    const before = this.#target;
    if (target !== null && target.opening !== this.#opening) {
      this.#opening = target.opening;
      this.#entries.clear();
      this.#wholes.clear();
      this.#abort();
    }
    this.#target = target;
    this.#blocked = blocked;
    if (target === null) this.#abort();
    else if (before !== null && target.result !== before.result) this.#filterChanged(target.result);
    this.#pump();
  }

  #filterChanged(result: ResultId | null): void {
    if (this.#flight !== null && this.#flight.request.result !== result) this.#abort();
    if (result !== null) return;
    for (const entry of this.#entries.values()) {
      entry.result = null;
      entry.statistics = { ...entry.statistics, summary: withoutKept(entry.statistics.summary) };
    }
    this.#changed();
  }

  #pump(): void {
    const columns = this.#wanted();
    const flying = this.#flight?.request.column;
    if (flying !== undefined && !columns.some((column) => samePath(column, flying))) this.#abort();
    if (this.#target === null || this.#blocked || this.#holds > 0 || this.#flight !== null) return;
    const request = nextSummary(this.#target, columns, this.#wholes, (column) => {
      const entry = this.#entries.get(pathKey(column));
      return entry && { summary: entry.statistics.summary, result: entry.result, failed: entry.statistics.error !== null };
    });
    if (request !== null) void this.#run(request);
  }

  #wanted(): readonly ColumnPath[] {
    return [...this.#focused, ...this.#visible.filter((column) => !this.#focused.some((other) => samePath(column, other)))];
  }

  async #run(request: SummaryRequest): Promise<void> {
    const flight: Flight = { request, controller: new AbortController() };
    const { column, quick, result } = request;
    this.#flight = flight;
    this.#set(column, { counting: true });
    try {
      const summary = await this.#fetch({ column, quick, ...(result === null ? {} : { result }) }, flight.controller.signal);
      if (this.#flight !== flight) return;
      this.#set(column, { summary, error: null, counting: false }, result);
    } catch (thrown) {
      const error = toLoupeError(thrown);
      if (this.#flight !== flight) return;
      const passing = error.code === 'cancelled' || error.code === 'engine-lost';
      this.#set(column, { error: passing ? null : error, counting: false });
      // The engine comes back as another opening; until then there is nobody to ask.
      if (passing) this.#target = null;
    }
    this.#flight = null;
    this.#pump();
  }

  #set(column: ColumnPath, change: Partial<ColumnStatistics>, result?: ResultId | null): void {
    const key = pathKey(column);
    const entry = this.#entries.get(key) ?? { statistics: NOTHING, result: null };
    entry.statistics = { ...entry.statistics, ...change };
    if (result !== undefined) entry.result = result;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_COLUMNS) break;
      this.#entries.delete(oldest);
    }
    this.#changed();
  }

  #abort(): void {
    const flight = this.#flight;
    if (flight === null) return;
    this.#flight = null;
    flight.controller.abort();
    this.#set(flight.request.column, { counting: false });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function sameColumns(a: readonly ColumnPath[], b: readonly ColumnPath[]): boolean {
  return a.length === b.length && a.every((column, i) => b[i] !== undefined && samePath(column, b[i]));
}

function withoutKept(summary: ColumnSummary | null): ColumnSummary | null {
  if (summary === null) return null;
  const rest: { -readonly [K in keyof ColumnSummary]: ColumnSummary[K] } = { ...summary };
  delete rest.kept;
  return rest;
}
