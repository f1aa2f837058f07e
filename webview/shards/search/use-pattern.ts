import { useSession } from '../session.ts';
import type { AppState } from '../state.ts';
import { useStore } from '../store.ts';
import { paintedPattern } from './pattern.ts';

/** The pattern of a state, the same object for the same wishes. */
let last: { readonly search: AppState['search']; readonly query: AppState['view']['query']; readonly pattern: RegExp | null } | null = null;

function patternOf({ search, view: { query } }: AppState): RegExp | null {
  if (last?.search !== search || last.query !== query) last = { search, query, pattern: paintedPattern(search, query.conditions) };
  return last.pattern;
}

/** What is marked in cells and values: the search and the filter's own texts. */
export function usePaintedPattern(): RegExp | null {
  const { store } = useSession();
  return useStore(store, patternOf);
}
