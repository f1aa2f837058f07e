import type * as vscode from 'vscode';
import type { ViewState } from '../protocol/webview.ts';

const KEY = 'loupe.viewStates';

/** Files whose view is remembered; the one that was looked at longest ago goes first. */
const MAX_FILES = 200;

/** Column names remembered for one file, so that a file with a million columns does not fill the storage. */
const MAX_NAMES = 1_000;

/** UTF-16 units of a statement that are remembered for one file. */
const MAX_SQL = 20_000;

/** What the user chose for each file, kept over closing, reload and restart. */
export class ViewStates {
  readonly #storage: vscode.Memento;
  #states: Map<string, ViewState> | null = null;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  get(uri: string): ViewState | undefined {
    return this.#load().get(uri);
  }

  set(uri: string, state: ViewState): void {
    const states = this.#load();
    states.delete(uri);
    states.set(uri, limited(state));
    for (const oldest of states.keys()) {
      if (states.size <= MAX_FILES) break;
      states.delete(oldest);
    }
    void this.#storage.update(KEY, [...states]);
  }

  #load(): Map<string, ViewState> {
    this.#states ??= new Map(this.#storage.get<[string, ViewState][]>(KEY, []));
    return this.#states;
  }
}

function limited(state: ViewState): ViewState {
  return {
    ...state,
    // There need not be another version to compare with the next time.
    query: { ...state.query, conditions: state.query.conditions.filter(({ type }) => type !== 'changed' && type !== 'edited') },
    // The clipboard is read when the user pastes, not when a window opens.
    panel: state.panel === 'paste' ? 'none' : state.panel,
    hidden: state.hidden.slice(0, MAX_NAMES),
    ...(state.sql === undefined ? {} : { sql: state.sql.slice(0, MAX_SQL) }),
    ...(state.pictures === undefined ? {} : { pictures: Object.fromEntries(Object.entries(state.pictures).slice(-MAX_NAMES)) }),
    widths: Object.fromEntries(Object.entries(state.widths).slice(-MAX_NAMES)),
  };
}
