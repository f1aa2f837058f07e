import type { ColumnKind } from '../../../extension/protocol/shards.ts';
import type { EditedPlace } from '../../../extension/protocol/webview.ts';
import { strings } from '../../strings.ts';
import { announceFailure, type Session } from '../session.ts';
import { draftOf } from './draft.ts';

/**
 * Edits the focused cell of the grid.
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
    if (draft.kind === 'json') otherwise(() => store.dispatch({ type: 'announce', text: strings.editing.notHere }));
    else store.dispatch({ type: 'editing', editing: { position: focus.row, row, column: column.index, name: column.name, path: [], draft } });
  } catch (error) {
    otherwise(() => announceFailure(store, error));
  }
}

/** Edits a place of the row at the side, or says why that cannot be. */
export async function startEditingPlace({ host, store }: Session, place: Required<EditedPlace>, name: string, kind: ColumnKind): Promise<void> {
  try {
    const { value } = await host.request('view/editable', place);
    store.dispatch({ type: 'editing', editing: { position: null, name, ...place, draft: draftOf(value, place.path.length === 0 ? kind : 'text') } });
  } catch (error) {
    announceFailure(store, error);
  }
}
