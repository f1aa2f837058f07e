import { strings } from '../../strings.ts';
import { announceFailure, type Session } from '../session.ts';
import { draftOf } from './draft.ts';

/**
 * Edits the focused cell.
 * @param asked the user asked for nothing else: then a cell that cannot be edited says why; after a double click its row opens
 */
export async function startEditing({ host, store, pages }: Session, asked: boolean): Promise<void> {
  const { focus } = store.state.view;
  const column = store.state.shard?.columns.find(({ name }) => name === focus?.column);
  const row = focus === undefined ? undefined : pages.rowNumber(focus.row);
  if (focus === undefined || column === undefined || row === undefined) return;
  const otherwise = (tell: () => void): void => (asked ? tell() : store.dispatch({ type: 'panel', panel: 'row' }));
  try {
    const { value } = await host.request('view/editable', { row, column: column.index });
    const draft = draftOf(value, column.kind);
    // The user may have gone on.
    if (store.state.view.focus?.row !== focus.row || store.state.view.focus.column !== focus.column) return;
    if (draft === null) otherwise(() => store.dispatch({ type: 'announce', text: strings.editing.notHere }));
    else store.dispatch({ type: 'editing', editing: { position: focus.row, row, column: column.index, name: column.name, draft } });
  } catch (error) {
    otherwise(() => announceFailure(store, error));
  }
}
