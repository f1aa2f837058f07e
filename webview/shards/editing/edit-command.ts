import type { ViewCommand } from '../../../extension/protocol/webview.ts';
import { addCondition, setConditions } from '../filters/actions.ts';
import { inResult } from '../grid/pages.ts';
import { selectedRange } from '../grid/selection.ts';
import { announceFailure, type Session } from '../session.ts';
import { words } from './words.ts';

/** Commands about many edits. */
export type EditCommand = Extract<ViewCommand, 'replace' | 'setValues' | 'pasteColumn' | 'dropRows' | 'showEdits' | 'showEditedRows'>;

const PANELS = { replace: 'replace', setValues: 'set', pasteColumn: 'paste', showEdits: 'edits' } as const;

/** Carries out a command about many edits. */
export async function runEditCommand(session: Session, command: EditCommand): Promise<void> {
  const { store } = session;
  switch (command) {
    case 'dropRows':
      return dropRows(session);
    case 'showEditedRows':
      showEditedRows(session, !showsEdited(session));
      break;
    default:
      store.dispatch({ type: 'panel', panel: PANELS[command] });
      store.dispatch({ type: 'ask', box: 'panel' });
  }
}

/** Whether the filter keeps edited rows only. */
export function showsEdited({ store }: Session): boolean {
  return store.state.view.query.conditions.some(({ type, not }) => type === 'edited' && not !== true);
}

export function showEditedRows(session: Session, only: boolean): void {
  const { conditions } = session.store.state.view.query;
  if (only) addCondition(session, { type: 'edited' });
  else setConditions(session, conditions.filter(({ type }) => type !== 'edited'));
}

/** Selected rows, or the focused one: all are dropped, or kept where the first of them is dropped already. */
async function dropRows({ host, store, pages }: Session): Promise<void> {
  const { selection, view, shard } = store.state;
  const range = selection !== null ? selectedRange(selection) : view.focus === undefined ? null : { start: view.focus.row, end: view.focus.row + 1 };
  if (range === null) return;
  const isDropped = shard?.columns.some(({ index }) => pages.cell(range.start, index)?.dropped === true) === true;
  try {
    const { changed } = await host.request('view/editMany', { edit: { kind: 'drop', dropped: !isDropped }, ...range, ...inResult(pages) });
    store.dispatch({ type: 'announce', text: isDropped ? words.kept(changed) : words.dropped(changed) });
  } catch (error) {
    announceFailure(store, error);
  }
}
