import type { ColumnKind } from '../../../extension/protocol/shards.ts';
import type { EditedPlace } from '../../../extension/protocol/webview.ts';
import { announceFailure, type Session } from '../session.ts';
import { draftOf, type Draft } from './draft.ts';

/** UTF-16 units of a text that a box is too small for. */
const LONG_TEXT = 4_000;

/** Whether a box over a cell is too small for it. */
function isForEditor({ kind, text }: Draft): boolean {
  return kind === 'json' || text.length > LONG_TEXT;
}

/** A text editor beside the shard, whose saving is the edit. */
function openEditor({ host, store }: Session, place: Required<EditedPlace>): void {
  host.request('view/openText', place).catch((error: unknown) => announceFailure(store, error));
}

/**
 * Edits the focused cell of the grid.
 * @param asked the user asked for nothing else: then a cell that cannot be edited says why; after a double click its row opens
 */
export async function startEditing(session: Session, asked: boolean): Promise<void> {
  const { host, store, pages } = session;
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
    if (isForEditor(draft)) otherwise(() => openEditor(session, { row, column: column.index, path: [] }));
    else store.dispatch({ type: 'editing', editing: { position: focus.row, row, column: column.index, name: column.name, path: [], draft } });
  } catch (error) {
    otherwise(() => announceFailure(store, error));
  }
}

/** Edits a place of the row at the side, or says why that cannot be. */
export async function startEditingPlace(session: Session, place: Required<EditedPlace>, name: string, kind: ColumnKind): Promise<void> {
  const { host, store } = session;
  try {
    const { value } = await host.request('view/editable', place);
    const draft = draftOf(value, place.path.length === 0 ? kind : 'text');
    if (draft.text.length > LONG_TEXT) openEditor(session, place);
    else store.dispatch({ type: 'editing', editing: { position: null, name, ...place, draft } });
  } catch (error) {
    announceFailure(store, error);
  }
}
