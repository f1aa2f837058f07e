import { EVERYTHING, type Query, type ResultId, type ResultState } from '../../../extension/protocol/queries.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import type { Host } from '../../host.ts';
import type { Pages } from '../grid/pages.ts';
import type { AppState } from '../state.ts';
import type { Store } from '../store.ts';
import { isEverything, sameQuery, type ShownResult } from './query-state.ts';

/** Results whose growth was told before their query was answered. */
const MAX_EARLY = 8;

/**
 * Keeps what the grid shows true to the view's query: the latest one wins, one is under way at most, and the rows of
 * the one before stay until those of the next are there.
 */
export class QueryRunner {
  readonly #host: Host;
  readonly #store: Store;
  readonly #pages: Pages;
  readonly #hold: () => () => void;
  readonly #early = new Map<ResultId, ResultState>();
  #flight: AbortController | null = null;
  /** The result on screen went down with its engine: its number may be another one's now. */
  #lost = false;

  /** @param hold stops what is counted in the background; called at every query, its result when that is on screen */
  constructor(host: Host, store: Store, pages: Pages, hold: () => () => void) {
    this.#host = host;
    this.#store = store;
    this.#pages = pages;
    this.#hold = hold;
  }

  /** Follows the store from now on. */
  start(): void {
    this.#host.listen('document/result', (state) => this.#grow(state));
    this.#store.subscribe((state, before) => this.#follow(state, before));
    const { document, view } = this.#store.state;
    if (document.status === 'open' && !isEverything(view.query)) void this.#run(view.query);
  }

  /** Gives up the query under way: the rows that are shown are the filter again, or those of the filter before it where it is shown in part. */
  cancel(): void {
    const { query, view } = this.#store.state;
    if (query.asking === null && query.shown?.complete === false) {
      const { shown } = query;
      const before = query.past.findLast((filters) => !sameQuery(filters.query, shown.query))?.query ?? EVERYTHING;
      this.#store.dispatch({ type: 'filters', filters: { query: before, parked: view.parked } });
      return;
    }
    this.#flight?.abort();
    this.#store.dispatch({ type: 'cancelled' });
  }

  #follow(state: AppState, before: AppState): void {
    if (state.document.status !== 'open') {
      this.#flight?.abort();
      this.#flight = null;
      return;
    }
    const { query } = state.view;
    if (state.opening !== before.opening) {
      // Results went down with the engine, or are of the file as it was.
      this.#early.clear();
      this.#lost = true;
      const open = before.opening === 0 && isEverything(query);
      if (!open && (state.query.shown !== null || !isEverything(query))) void this.#run(query);
    } else if (state.edits !== before.edits && state.query.shown !== null) {
      // Which rows there are, and in which order, may be another thing now.
      void this.#run(query);
    } else if (query !== before.view.query && !sameQuery(query, before.view.query) && !this.#isShown(state, query)) {
      void this.#run(query);
    }
  }

  /** The query of the rows on screen became the present one again: what was under way has no more use. */
  #isShown(state: AppState, query: Query): boolean {
    const { shown, refusal, asking } = state.query;
    if (state.query.restoring || refusal !== null || asking !== null) return false;
    return shown === null ? isEverything(query) : sameQuery(shown.query, query);
  }

  async #run(query: Query): Promise<void> {
    this.#flight?.abort();
    const flight = new AbortController();
    this.#flight = flight;
    const { signal } = flight;
    this.#store.dispatch({ type: 'asking', query });
    const release = this.#hold();
    let unused: ResultId | null = null;
    try {
      const answer = isEverything(query) ? null : await this.#host.request('view/query', { query }, signal);
      unused = answer?.result ?? null;
      if (!signal.aborted && (await this.#show(answer === null ? null : this.#latest({ ...answer, query }), signal))) unused = null;
    } catch (thrown) {
      const error = toLoupeError(thrown);
      const given = signal.aborted || error.code === 'cancelled' || error.code === 'engine-lost';
      if (!given) this.#store.dispatch({ type: 'refused', query, error: error.toData() });
    }
    release();
    if (unused !== null) this.#close(unused);
    if (this.#flight === flight) this.#flight = null;
  }

  /** Brings a result on screen, at the row that has the focus where it is among the rows. @returns whether it did */
  async #show(shown: ShownResult | null, signal: AbortSignal): Promise<boolean> {
    const store = this.#store;
    const { row, topRow } = await this.#placeIn(shown, signal);
    const rows = shown?.rows ?? store.state.shard?.rows ?? 0;
    const pages = await this.#pages.prepare(shown?.result ?? null, rows, topRow, signal);
    if (pages === null) return false;
    const old = this.#lost ? null : store.state.query.shown;
    const latest = shown === null ? null : this.#latest(shown);
    this.#lost = false;
    pages.grow(latest?.rows ?? rows);
    this.#pages.adopt(pages);
    store.dispatch({ type: 'shown', shown: latest, row, topRow });
    if (old !== null) this.#close(old.result);
    return true;
  }

  /** Where the view goes: after a reload where it was, else to the row with the focus, else to the top. */
  async #placeIn(shown: ShownResult | null, signal: AbortSignal): Promise<{ readonly row: number; readonly topRow: number }> {
    const { view, query } = this.#store.state;
    const focus = view.focus?.row ?? 0;
    if (query.restoring && shown !== null) {
      const last = shown.complete ? Math.max(0, shown.rows - 1) : Infinity;
      return { row: Math.min(focus, last), topRow: Math.min(view.topRow, last) };
    }
    // In a new order it is its beginning that the user wants to see.
    if (shown !== null && shown.query.sort.length > 0 && !sameSort(shown, query.shown)) return { row: 0, topRow: 0 };
    const row = (await this.#placeOfFocus(shown, signal)) ?? 0;
    return { row, topRow: Math.max(0, row - Math.max(0, focus - view.topRow)) };
  }

  async #placeOfFocus(shown: ShownResult | null, signal: AbortSignal): Promise<number | null> {
    const { focus } = this.#store.state.view;
    const row = focus === undefined ? undefined : this.#pages.rowNumber(focus.row);
    if (row === undefined || shown === null) return row ?? null;
    if (shown.rows === 0) return null;
    const { position } = await this.#host.request('view/position', { result: shown.result, row }, signal);
    return position;
  }

  #grow(state: ResultState): void {
    const shown = this.#store.state.query.shown?.result;
    if (shown !== state.result || this.#lost) {
      this.#early.set(state.result, state);
      for (const oldest of this.#early.keys()) if (this.#early.size > MAX_EARLY) this.#early.delete(oldest);
      return;
    }
    if (this.#pages.current.result === state.result) this.#pages.current.grow(Math.max(state.rows, this.#pages.current.rows));
    this.#store.dispatch({ type: 'grown', state });
  }

  /** The state of a result with what was told of it since. */
  #latest(shown: ShownResult): ShownResult {
    const early = this.#early.get(shown.result);
    if (early === undefined) return shown;
    return { ...early, query: shown.query, rows: Math.max(shown.rows, early.rows), complete: shown.complete || early.complete };
  }

  /** A result that is gone already (the engine was started again) is closed as well. */
  #close(result: ResultId): void {
    this.#early.delete(result);
    this.#host.request('view/closeResult', { result }).catch(() => undefined);
  }
}

function sameSort(a: ShownResult, b: ShownResult | null): boolean {
  return JSON.stringify(a.query.sort) === JSON.stringify(b?.query.sort ?? []);
}
