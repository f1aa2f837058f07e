import type { ResultId } from '../../../extension/protocol/queries.ts';
import type { Page } from '../../../extension/protocol/shards.ts';
import { PageCache, type GridCell } from './page-cache.ts';
import type { Viewport } from './page-plan.ts';

/** How long the old rows stay while a new result's first page is read, in milliseconds. */
const FIRST_PAGE_TIME = 5_000;

export type FetchResultPage = (
  request: { start: number; end: number; columns: readonly number[] },
  result: ResultId | null,
  signal: AbortSignal,
) => Promise<Page>;

/** What a request by positions says about the result that they are positions in. */
export function inResult({ current: { result } }: Pages): { readonly result?: ResultId } {
  return result === null ? {} : { result };
}

/** The pages that the grid draws from: those of the table, or of the query's result in its place. */
export class Pages {
  readonly #fetch: FetchResultPage;
  readonly #listeners = new Set<() => void>();
  /** Kept while a filter is on: taking the filter away shows rows at once. */
  readonly #table: PageCache;
  #current: PageCache;
  #viewport: Viewport = { start: 0, end: 0, columns: [] };
  #unsubscribe: () => void;

  constructor(fetch: FetchResultPage) {
    this.#fetch = fetch;
    this.#table = this.#cacheOf(null);
    this.#current = this.#table;
    this.#unsubscribe = this.#current.subscribe(this.#changed);
  }

  /** Calls back whenever cells came or went. @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get current(): PageCache {
    return this.#current;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  cell(position: number, column: number): GridCell | undefined {
    return this.#current.cell(position, column);
  }

  rowNumber(position: number): number | undefined {
    return this.#current.rowNumber(position);
  }

  /** Says what is on screen now. */
  show(viewport: Viewport): void {
    this.#viewport = viewport;
    this.#current.show(viewport);
  }

  /** The table's first rows, which came with the host's first answer. */
  prime(page: Page): void {
    this.#table.prime(page);
  }

  /** The rows of the table known so far. */
  growTable(rows: number): void {
    this.#table.grow(rows);
  }

  resume(): void {
    this.#table.resume();
    if (this.#current !== this.#table) this.#current.resume();
  }

  /** Cells may have other values: they are asked for again, and the old ones stay until then. */
  refresh(): void {
    this.#table.refresh();
    if (this.#current !== this.#table) this.#current.refresh();
  }

  /** The shard was opened again: the table's cells are forgotten, a result's stay on screen until it is there again. */
  restart(): void {
    this.#table.clear();
    if (this.#current !== this.#table) this.#current.lose();
  }

  /**
   * Pages of a result with those that the screen will show from `topRow` on, or nearly there.
   * @returns null when the signal fired meanwhile
   */
  async prepare(result: ResultId | null, rows: number, topRow: number, signal: AbortSignal): Promise<PageCache | null> {
    const cache = result === null ? this.#table : this.#cacheOf(result);
    cache.grow(rows);
    const { start, end, columns } = this.#viewport;
    const height = end - start;
    cache.show({ start: Math.max(0, topRow), end: Math.min(rows, topRow + Math.max(1, height)), columns });
    if (cache.busy) await firstChange(cache, signal);
    if (!signal.aborted) return cache;
    if (cache !== this.#table) cache.dispose();
    return null;
  }

  /** The pages take the place of those that are shown. */
  adopt(cache: PageCache): void {
    if (cache === this.#current) return;
    this.#unsubscribe();
    this.#current.dispose();
    this.#current = cache;
    this.#unsubscribe = cache.subscribe(this.#changed);
    this.#changed();
  }

  readonly #changed = (): void => {
    for (const listener of this.#listeners) listener();
  };

  #cacheOf(result: ResultId | null): PageCache {
    return new PageCache((request, signal) => this.#fetch(request, result, signal), result);
  }
}

/** Waits for a cache's first cells, but not for ever. */
function firstChange(cache: PageCache, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = cache.subscribe(done);
    const timer = setTimeout(done, FIRST_PAGE_TIME);
    signal.addEventListener('abort', done, { once: true });
  });
}
