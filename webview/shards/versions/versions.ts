import type { Comparison } from '../../../extension/protocol/comparison.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import type { Host } from '../../host.ts';
import type { AppState } from '../state.ts';
import type { Store } from '../store.ts';

/** What is known of the other version of the shard that is on screen too. */
export interface VersionState {
  /** Null while there is none, or it is not known yet how the two differ. */
  readonly comparison: Comparison | null;
  /** The comparison is under way. */
  readonly comparing: boolean;
  /** Why the two cannot be compared. */
  readonly problem: string | null;
}

const NOTHING: VersionState = { comparison: null, comparing: false, problem: null };

/** Compares the shard with its other version as soon as both are on screen, and again when one of them is opened anew. */
export class Versions {
  readonly #host: Host;
  readonly #store: Store;
  readonly #listeners = new Set<() => void>();
  #state: VersionState = NOTHING;
  #flight: AbortController | null = null;

  constructor(host: Host, store: Store) {
    this.#host = host;
    this.#store = store;
  }

  get state(): VersionState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows the document from now on. */
  start(): void {
    this.#store.subscribe((state, before) => {
      if (hasOther(state) !== hasOther(before) || state.opening !== before.opening) this.#follow(state);
    });
    this.#follow(this.#store.state);
  }

  /** Whether a row, by its number in the table, is not the same in the other version. */
  isChanged(row: number): boolean {
    const ranges = this.#state.comparison?.ranges ?? [];
    let [low, high] = [0, ranges.length];
    // The first end that is behind the row: at an odd place the row is inside a range.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  }

  #follow(state: AppState): void {
    this.#flight?.abort();
    this.#flight = null;
    if (hasOther(state)) void this.#compare();
    else this.#set(NOTHING);
  }

  async #compare(): Promise<void> {
    const flight = new AbortController();
    this.#flight = flight;
    this.#set({ ...NOTHING, comparing: true });
    try {
      const comparison = await this.#host.request('view/compare', {}, flight.signal);
      if (!flight.signal.aborted) this.#set({ ...NOTHING, comparison });
    } catch (thrown) {
      const { code, message } = toLoupeError(thrown);
      if (!flight.signal.aborted && code !== 'cancelled') this.#set({ ...NOTHING, problem: message });
    }
  }

  #set(state: VersionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function hasOther({ document }: AppState): boolean {
  return document.status === 'open' && document.otherVersion === true;
}
