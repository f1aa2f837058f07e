import type { CopyFormat, CopyRequest } from '../../extension/protocol/queries.ts';
import type { ViewCommand } from '../../extension/protocol/webview.ts';
import { strings } from '../strings.ts';
import { clearFilters, moveColumn, sortBy } from './filters/actions.ts';
import { inResult } from './grid/pages.ts';
import { selectedRange } from './grid/selection.ts';
import { goToMatch } from './search/next-match.ts';
import { announceFailure, type Session } from './session.ts';
import { shownColumns, visibleColumns } from './state.ts';

/** Side views by the command that opens them. */
const PANELS = { showRow: 'row', showSchema: 'schema', showMetadata: 'metadata', showStatistics: 'statistics' } as const;

/** Carries out a command of VS Code or of the keyboard. */
export function runCommand(session: Session, command: ViewCommand): void {
  const { store } = session;
  const column = store.state.view.focus?.column;
  const sort = (descending: boolean | null): void => {
    if (column !== undefined) sortBy(session, [column], descending);
  };
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
    case 'toggleWrap':
      return store.dispatch({ type: 'toggleWrap' });
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
      return sort(false);
    case 'sortDescending':
      return sort(true);
    case 'clearSort':
      return sort(null);
    case 'moveColumnLeft':
      return moveColumn(session, column, 'left');
    case 'moveColumnRight':
      return moveColumn(session, column, 'right');
    case 'moveColumnFirst':
      return moveColumn(session, column, 'first');
    case 'moveColumnLast':
      return moveColumn(session, column, 'last');
    case 'toggleCharts':
      return store.dispatch({ type: 'toggleCharts' });
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
