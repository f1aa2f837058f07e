import { inResult } from '../grid/pages.ts';
import { strings } from '../../strings.ts';
import { announceFailure, type Session } from '../session.ts';
import { shownRows } from '../state.ts';

let flight: AbortController | null = null;

/** Goes to the next row that matches the search, or back to the one before. The latest wish wins. */
export async function goToMatch({ host, store, pages }: Session, backwards: boolean, takeFocus: boolean): Promise<void> {
  const { search, view } = store.state;
  if (search.text === '') {
    store.dispatch({ type: 'ask', box: 'search' });
    return;
  }
  flight?.abort();
  const mine = new AbortController();
  flight = mine;
  const here = view.focus?.row ?? 0;
  const from = backwards ? here - 1 : here + 1;
  const condition = { type: 'text', ...search } as const;
  try {
    const inside = from >= 0 && from < Math.max(shownRows(store.state), 1);
    const answer = inside
      ? await host.request('view/nextMatch', { match: { condition, from, backwards }, ...inResult(pages) }, mine.signal)
      : { position: null };
    if (mine.signal.aborted) return;
    if (answer.position === null) store.dispatch({ type: 'announce', text: strings.filters.noFurtherMatch(backwards) });
    else store.dispatch({ type: 'move', move: { row: answer.position, takeFocus } });
  } catch (error) {
    announceFailure(store, error);
  }
}
