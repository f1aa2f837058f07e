import { inResult } from '../grid/pages.ts';
import { strings } from '../../strings.ts';
import { announceFailure, type Session } from '../session.ts';
import { findInRow } from '../panel/find.ts';
import { shownRows, visibleColumns } from '../state.ts';
import { searchPattern } from './pattern.ts';

let flight: AbortController | null = null;

/** Goes to the next row that matches the search, or back to the one before. The latest wish wins. */
export async function goToMatch(session: Session, backwards: boolean, takeFocus: boolean): Promise<void> {
  const { host, store, pages } = session;
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
    if (flight !== mine) return;
    if (answer.position === null) store.dispatch({ type: 'announce', text: strings.filters.noFurtherMatch(backwards) });
    else {
      const column = await columnOfMatch(session, answer.position, mine.signal);
      if (flight === mine) store.dispatch({ type: 'move', move: { row: answer.position, takeFocus, ...(column === null ? {} : { column }) } });
    }
  } catch (error) {
    announceFailure(store, error);
  }
}

/** The column that the match is in, as far as it is among those that the grid shows; the focused one first. */
async function columnOfMatch({ host, store, pages }: Session, position: number, signal: AbortSignal): Promise<string | null> {
  const { shard, view, search } = store.state;
  const row = await host.request('view/row', { row: position, ...inResult(pages) }, signal);
  const matching = new Set(findInRow(row, [], searchPattern(search), false).map(({ column }) => column));
  const shown = shard === null ? [] : visibleColumns(shard, view).filter(({ index }) => matching.has(index));
  return (shown.find(({ name }) => name === view.focus?.column) ?? shown[0])?.name ?? null;
}
