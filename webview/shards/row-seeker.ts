import { toLoupeError } from '../../extension/rpc/failure.ts';
import type { TableRow } from '../../extension/protocol/webview.ts';
import type { Host } from '../host.ts';
import { strings } from '../strings.ts';
import type { Pages } from './grid/pages.ts';
import { formatCount } from './numbers.ts';
import { rowsComplete, shownRows, type AppState } from './state.ts';
import type { Store } from './store.ts';

/**
 * Brings the grid to rows by their number in the table, whatever filter and order are on. The latest wish wins; where
 * the row is not, it says so and goes nowhere.
 */
export class RowSeeker {
  readonly #host: Host;
  readonly #store: Store;
  readonly #pages: Pages;
  #flight: AbortController | null = null;

  constructor(host: Host, store: Store, pages: Pages) {
    this.#host = host;
    this.#store = store;
    this.#pages = pages;
  }

  /** Goes to the row as soon as it is read and the rows of the filter are known up to it. Never rejects. */
  go(place: TableRow): Promise<void> {
    return this.#run((signal) => this.#seek(place, signal));
  }

  /** Takes the conditions away that hide the row, and goes there; the order stays. Never rejects. */
  uncover(place: TableRow): Promise<void> {
    return this.#run(async (signal) => {
      const { query, parked } = this.#store.state.view;
      this.#store.dispatch({ type: 'filters', filters: { query: { ...query, conditions: [] }, parked } });
      await this.#until(({ query: now }) => now.asking === null, signal);
      await this.#seek(place, signal);
    });
  }

  async #run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#flight?.abort();
    const flight = new AbortController();
    this.#flight = flight;
    this.#store.dispatch({ type: 'outside', row: null });
    try {
      await work(flight.signal);
    } catch (error) {
      const failure = toLoupeError(error);
      if (!flight.signal.aborted && failure.code !== 'cancelled') this.#say(failure.message);
    }
  }

  async #seek(place: TableRow, signal: AbortSignal): Promise<void> {
    const { row } = place;
    const known = ({ document, shard, query }: AppState): boolean => document.status === 'open' && !query.restoring && shard !== null && (shard.rowsComplete || row < shard.rows);
    if (this.#store.state.document.status === 'open' && !known(this.#store.state)) this.#say(strings.goesLater(row));
    await this.#until(known, signal);
    const rows = this.#store.state.shard?.rows ?? 0;
    if (row >= rows) {
      this.#say(strings.noSuchRow(formatCount(rows)));
      return;
    }
    const position = await this.#position(row, signal);
    if (position === null) {
      this.#store.dispatch({ type: 'outside', row: place });
      return;
    }
    // The engine knows of rows a moment before this page is told.
    await this.#until((state) => shownRows(state) > position || rowsComplete(state), signal);
    this.#store.dispatch({ type: 'move', move: { ...place, row: position, takeFocus: true } });
  }

  /** Where the row is in what is shown; asked again when something else is shown meanwhile. */
  async #position(row: number, signal: AbortSignal): Promise<number | null> {
    for (;;) {
      const { result } = this.#pages.current;
      if (result === null) return row;
      const replaced = (): boolean => this.#pages.current.result !== result;
      try {
        const { position } = await this.#host.request('view/position', { result, row, wait: true }, signal);
        if (!replaced()) return position;
      } catch (error) {
        if (!replaced()) throw error;
      }
      signal.throwIfAborted();
    }
  }

  /** Waits for a state of the page. Rejects when the signal fires. */
  async #until(reached: (state: AppState) => boolean, signal: AbortSignal): Promise<void> {
    if (reached(this.#store.state)) return;
    await new Promise<void>((resolve, reject) => {
      const end = this.#store.subscribe((state) => {
        if (!reached(state)) return;
        end();
        resolve();
      });
      signal.addEventListener('abort', () => {
        end();
        reject(signal.reason as Error);
      });
    });
  }

  #say(text: string): void {
    this.#store.dispatch({ type: 'announce', text });
  }
}
