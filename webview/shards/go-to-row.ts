import { strings } from '../strings.ts';
import { announceFailure, type Session } from './session.ts';

/** Goes to a row by its number in the table, where the filter lets it pass. */
export async function goToTableRow({ host, store, pages }: Session, row: number): Promise<void> {
  const { result } = pages.current;
  try {
    const position = result === null ? row : (await host.request('view/position', { result, row })).position;
    if (position === null) store.dispatch({ type: 'announce', text: strings.filters.notInView(row) });
    else store.dispatch({ type: 'move', move: { row: position, takeFocus: true } });
  } catch (error) {
    announceFailure(store, error);
  }
}
