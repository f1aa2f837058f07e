import { useSyncExternalStore } from 'react';
import type { Action, AppState } from './state.ts';
import { reduce } from './state.ts';

/** The state of the page: changed by actions from anywhere, read by components through `useStore`. */
export class Store {
  #state: AppState;
  readonly #listeners = new Set<(state: AppState, before: AppState) => void>();

  constructor(state: AppState) {
    this.#state = state;
  }

  get state(): AppState {
    return this.#state;
  }

  readonly dispatch = (action: Action): void => {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state !== before) for (const listener of this.#listeners) listener(this.#state, before);
  };

  /** Calls back after every change, at once. @returns a function that ends it */
  readonly subscribe = (listener: (state: AppState, before: AppState) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** A piece of the state; the component is drawn again when that piece changes. `select` returns the same object for the same state. */
export function useStore<T>(store: Store, select: (state: AppState) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.state));
}
