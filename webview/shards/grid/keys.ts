import type { KeyboardEvent, MouseEvent } from 'react';
import { copySelectionOrCell, runCommand } from '../commands.ts';
import { editCell, editCommand } from '../edit-cell.tsx';
import type { Session } from '../session.ts';
import { shownRows } from '../state.ts';
import type { Store } from '../store.ts';
import { scrollerOf } from './dom.ts';
import type { GridDriver } from './driver.ts';
import { cellAt, cellPosition, movedPosition } from './position.ts';

/** Keys of the grid that hightable does not have, or has for tables of a few thousand rows only. */
export function onGridKey(event: KeyboardEvent<HTMLElement>, session: Session, driver: GridDriver): void {
  // A chart in a header has keys of its own.
  if (event.target instanceof Element && event.target.closest('[data-own-keys]') !== null) return;
  const handled = selectionKey(event, session, driver) || headerKey(event) || scrollerKey(event, session, driver) || editKey(event, session) || openKey(event, session);
  if (!handled) return;
  event.preventDefault();
  event.stopPropagation();
}

function selectionKey(event: KeyboardEvent<HTMLElement>, { store }: Session, driver: GridDriver): boolean {
  const { selection } = store.state;
  const { row, column } = cellAt(driver.view().position);
  const rows = shownRows(store.state);
  const press = event.key === ' ' || event.key === 'Enter';
  if (isControl(event) && event.key.toLowerCase() === 'a') {
    if (rows > 0) store.dispatch({ type: 'select', selection: { anchor: 0, active: rows - 1 } });
    return true;
  }
  if (row < 0 && column < 0 && press) {
    toggleAll(store);
    return true;
  }
  if (event.key === 'Escape' && selection !== null) {
    store.dispatch({ type: 'select', selection: null });
    return true;
  }
  if (row < 0) return false;
  if ((column < 0 && press) || (event.key === ' ' && event.shiftKey)) {
    toggleRow(store, row);
    return true;
  }
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (!event.shiftKey || isControl(event) || event.altKey || step === 0) return false;
  const to = Math.max(0, Math.min(rows - 1, row + step));
  store.dispatch({ type: 'extend', from: row, row: to });
  store.dispatch({ type: 'move', move: { row: to, takeFocus: true } });
  return true;
}

/** Enter on a column's header opens its menu, Space or F2 goes into its chart. */
function headerKey(event: KeyboardEvent<HTMLElement>): boolean {
  const header = event.target instanceof HTMLElement && event.target.role === 'columnheader' ? event.target : null;
  if (header === null || isControl(event) || event.altKey) return false;
  if (event.key === 'Enter') header.querySelector<HTMLElement>(':scope > button')?.click();
  else if (event.key === ' ' || event.key === 'F2') header.querySelector<HTMLElement>('[data-own-keys]')?.focus();
  else return false;
  return true;
}

/** The focused row was scrolled away and the keyboard is on the scroller: keys lead back. */
function scrollerKey(event: KeyboardEvent<HTMLElement>, { store }: Session, driver: GridDriver): boolean {
  const { currentTarget, target } = event;
  if (target !== scrollerOf(currentTarget) || event.shiftKey || event.altKey || isControl(event)) return false;
  const { position, fit } = driver.view();
  const to = movedPosition(position, event.key, fit, shownRows(store.state));
  if (to !== null) driver.moved(to);
  return to !== null;
}

/** F2 edits the cell, Ctrl+V pastes from it downwards. */
function editKey(event: KeyboardEvent<HTMLElement>, session: Session): boolean {
  const onCell = event.target instanceof HTMLElement && event.target.role === 'cell';
  const paste = isControl(event) && event.key.toLowerCase() === 'v';
  if (!onCell || (event.key !== 'F2' && !paste)) return false;
  void (paste ? editCommand(session, 'pasteColumn') : editCell(session, true));
  return true;
}

/** Enter on a cell opens its row at the side and goes there. */
function openKey(event: KeyboardEvent<HTMLElement>, session: Session): boolean {
  const onCell = event.target instanceof HTMLElement && event.target.role === 'cell';
  if (event.key !== 'Enter' || !onCell || isControl(event)) return false;
  runCommand(session, 'showRow');
  session.store.dispatch({ type: 'ask', box: 'panel' });
  return true;
}

/**
 * Clicks that select rows: on a row's number, with Shift up to it; on the corner for all. hightable does not hear of
 * them, for it would walk over every row of the shard.
 */
export function onGridClick(event: MouseEvent<HTMLElement>, { store }: Session, driver: GridDriver): void {
  if (!(event.target instanceof Element)) return;
  const { selection, view } = store.state;
  const header = event.target.closest<HTMLElement>('th[role="rowheader"]');
  const { row } = cellAt({ rowIndex: Number(header?.ariaRowIndex), colIndex: 1 });
  if (header !== null && row >= 0) {
    event.stopPropagation();
    if (event.shiftKey) store.dispatch({ type: 'extend', from: selection?.active ?? view.focus?.row ?? row, row });
    else toggleRow(store, row);
    driver.moved(cellPosition(row, -1));
  } else if (event.target.closest('thead td') !== null) {
    event.stopPropagation();
    toggleAll(store);
  } else if (event.target.closest('tbody td') !== null && selection !== null) {
    store.dispatch({ type: 'select', selection: null });
  }
}

/** The commands of the context menu are about the focused cell: the one under the pointer. */
export function onGridMenu(event: MouseEvent<HTMLElement>, driver: GridDriver): void {
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>(':is(td, th)[aria-colindex]') : null;
  const colIndex = Number(cell?.ariaColIndex);
  const rowIndex = Number(cell?.closest('tr')?.ariaRowIndex);
  if (cell !== null && colIndex > 0 && rowIndex > 0) driver.moved({ rowIndex, colIndex });
}

function toggleRow(store: Store, row: number): void {
  const { selection } = store.state;
  const alone = selection?.anchor === row && selection.active === row;
  store.dispatch({ type: 'select', selection: alone ? null : { anchor: row, active: row } });
}

function toggleAll(store: Store): void {
  const { selection } = store.state;
  const last = shownRows(store.state) - 1;
  if (last < 0) return;
  const all = selection?.anchor === 0 && selection.active === last;
  store.dispatch({ type: 'select', selection: all ? null : { anchor: 0, active: last } });
}

/** Copying in the grid copies the value whole, not the line that is drawn. */
export function onCopy(event: ClipboardEvent, grid: HTMLElement, session: Session): void {
  const inGrid = event.target === document.body || (event.target instanceof Node && grid.contains(event.target));
  if (!inGrid || document.getSelection()?.isCollapsed === false) return;
  event.preventDefault();
  event.stopPropagation();
  copySelectionOrCell(session);
}

function isControl(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
