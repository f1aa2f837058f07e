import { strings } from '../../strings.ts';
import { selectedRange } from '../grid/selection.ts';
import type { Session } from '../session.ts';

/** Two selected rows at once; else the focused row is the first, and the next time the second of two. */
export function compareRows({ store, pages }: Session): void {
  const { selection, view, compare } = store.state;
  const chosen = selection === null ? null : selectedRange(selection);
  if (chosen !== null && chosen.end - chosen.start === 2) {
    const [first, second] = [pages.rowNumber(chosen.start), pages.rowNumber(chosen.start + 1)];
    if (first === undefined || second === undefined) return;
    store.dispatch({ type: 'compare', rows: { first, second } });
    store.dispatch({ type: 'panel', panel: 'compare' });
    return;
  }
  const row = view.focus === undefined ? undefined : pages.rowNumber(view.focus.row);
  if (row === undefined) {
    store.dispatch({ type: 'announce', text: strings.compare.none });
    return;
  }
  if (compare === null || compare.second !== null || compare.first === row) {
    store.dispatch({ type: 'compare', rows: { first: row, second: null } });
    store.dispatch({ type: 'announce', text: strings.compare.first(row) });
    return;
  }
  store.dispatch({ type: 'compare', rows: { first: compare.first, second: row } });
  store.dispatch({ type: 'panel', panel: 'compare' });
}
