import type { CopyFormat, CopyRequest } from '../../extension/protocol/queries.ts';
import type { ViewCommand } from '../../extension/protocol/webview.ts';
import { strings } from '../strings.ts';
import { clearFilters, moveColumn, sortBy } from './filters/actions.ts';
import { inResult } from './grid/pages.ts';
import { selectedRange } from './grid/selection.ts';
import { goToMatch } from './search/next-match.ts';
import { compareRows } from './compare/compare-rows.ts';
import { editCommand } from './edit-cell.tsx';
import { announceFailure, type Session } from './session.ts';
import { shownColumns, visibleColumns } from './state.ts';

/** Side views by the command that opens them. */
const PANELS = { showRow: 'row', showSchema: 'schema', showMetadata: 'metadata', showStatistics: 'statistics' } as const;

/** Where a column goes by the command that moves it. */
const PLACES = { moveColumnLeft: 'left', moveColumnRight: 'right', moveColumnFirst: 'first', moveColumnLast: 'last' } as const;

/** How rows are sorted by the command that does it; null where they are not. */
const DESCENDING = { sortAscending: false, sortDescending: true, clearSort: null } as const;

/** Carries out a command of VS Code or of the keyboard. */
export function runCommand(session: Session, command: ViewCommand): void {
  const { store } = session;
  const column = store.state.view.focus?.column;
  switch (command) {
    case 'goToRow':
      return store.dispatch({ type: 'ask', box: 'goToRow' });
    case 'find':
      store.dispatch({ type: 'panel', panel: 'row' });
      return store.dispatch({ type: 'ask', box: 'find' });
    case 'copyCell':
      return copyCell(session);
    case 'copyRow':
      return copyRow(session);
    case 'copySelection':
      return copySelection(session);
    case 'copyAsCsv':
      return copySelection(session, 'csv');
    case 'copyAsMarkdown':
      return copySelection(session, 'markdown');
    case 'showRow':
    case 'showSchema':
    case 'showMetadata':
    case 'showStatistics':
      return store.dispatch({ type: 'panel', panel: PANELS[command] });
    case 'showSql':
      store.dispatch({ type: 'panel', panel: 'sql' });
      return store.dispatch({ type: 'ask', box: 'panel' });
    case 'hideColumn':
      return hideColumn(session, store.state.view.focus?.column);
    case 'showAsPictures':
    case 'showAsText':
      return column === undefined ? undefined : store.dispatch({ type: 'showAsPictures', column, shown: command === 'showAsPictures' });
    case 'showAllColumns':
      return store.dispatch({ type: 'hidden', hidden: [] });
    case 'compareRows':
      return compareRows(session);
    case 'toggleWrap':
    case 'toggleCharts':
    case 'toggleGallery':
      return store.dispatch({ type: command });
    case 'search':
    case 'addFilter':
      return store.dispatch({ type: 'ask', box: command });
    case 'nextMatch':
    case 'previousMatch':
      return void goToMatch(session, command === 'previousMatch', false);
    case 'clearFilters':
      return clearFilters(session);
    case 'undoFilter':
      return store.dispatch({ type: 'undoFilters' });
    case 'redoFilter':
      return store.dispatch({ type: 'redoFilters' });
    case 'sortAscending':
    case 'sortDescending':
    case 'clearSort':
      return column === undefined ? undefined : sortBy(session, [column], DESCENDING[command]);
    case 'moveColumnLeft':
    case 'moveColumnRight':
    case 'moveColumnFirst':
    case 'moveColumnLast':
      return moveColumn(session, column, PLACES[command]);
    case 'export':
      return void exportRows(session);
    case 'card':
      return void openCard(session);
    default:
      return void editCommand(session, command);
  }
}

/** The host asks for the rest, and tells how it went. */
async function exportRows(session: Session): Promise<void> {
  const { selection, view } = session.store.state;
  const { start, end } = selection === null ? { start: 0, end: 0 } : selectedRange(selection);
  try {
    await session.host.request('view/export', { query: view.query, columns: indexes(session), selection: selection === null ? null : [start, end] });
  } catch (error) {
    announceFailure(session.store, error);
  }
}

async function openCard({ host, store }: Session): Promise<void> {
  const { query, roles } = store.state.view;
  try {
    await host.request('view/card', { query, corrections: roles });
  } catch (error) {
    announceFailure(store, error);
  }
}

/** Hides a column; the focus moves to its neighbour, for a focus on nothing is lost to the keyboard. */
export function hideColumn({ store }: Session, name: string | undefined): void {
  const { shard, view } = store.state;
  if (shard === null || name === undefined || view.hidden.includes(name)) return;
  const visible = visibleColumns(shard, view);
  const index = visible.findIndex((column) => column.name === name);
  const neighbour = visible[index + 1] ?? visible[index - 1];
  if (index === -1) return;
  if (neighbour !== undefined && view.focus?.column === name) store.dispatch({ type: 'focus', row: view.focus.row, column: neighbour.name });
  store.dispatch({ type: 'hidden', hidden: [...view.hidden, name] });
}

/** Ctrl+C: the selected rows where there are some, else the cell. */
export function copySelectionOrCell(session: Session): void {
  if (session.store.state.selection === null) copyCell(session);
  else copySelection(session);
}

function copyCell(session: Session): void {
  const { shard, view } = session.store.state;
  const column = shard?.columns.find((candidate) => candidate.name === view.focus?.column);
  if (view.focus === undefined || column === undefined) return;
  const { row } = view.focus;
  void copy(session, { start: row, end: row + 1, columns: [column.index], bare: true }, (length) => strings.copied.cell(length));
}

function copyRow(session: Session, format: CopyFormat = 'json'): void {
  const { shard, view } = session.store.state;
  if (view.focus === undefined || shard === null) return;
  const { row } = view.focus;
  const number = session.pages.rowNumber(row) ?? row;
  void copy(session, { start: row, end: row + 1, columns: indexes(session), format, bare: false }, (length) => strings.copied.row(number, length));
}

function copySelection(session: Session, format: CopyFormat = 'json'): void {
  const { selection } = session.store.state;
  if (selection === null) return copyRow(session, format);
  const { start, end } = selectedRange(selection);
  void copy(session, { start, end, columns: indexes(session), format, bare: false }, (length) => strings.copied.rows(end - start, length));
}

function indexes({ store }: Session): number[] {
  const { shard, view } = store.state;
  return shard === null ? [] : shownColumns(shard, view).map((column) => column.index);
}

async function copy(
  { host, store, pages }: Session,
  what: CopyRequest,
  words: (length: number) => string,
): Promise<void> {
  try {
    const { length } = await host.request('view/copy', { ...what, ...inResult(pages) });
    store.dispatch({ type: 'announce', text: words(length) });
  } catch (error) {
    announceFailure(store, error);
  }
}

/** Puts text that is already here on the clipboard. */
export async function copyText({ host, store }: Session, text: string, words: string): Promise<void> {
  try {
    await host.request('view/copyText', { text });
    store.dispatch({ type: 'announce', text: words });
  } catch (error) {
    announceFailure(store, error);
  }
}
