import type { KeyboardEvent, MouseEvent } from 'react';
import { runCommand } from '../commands.ts';
import type { Session } from '../session.ts';
import { INITIAL_GALLERY, shownRows } from '../state.ts';
import type { GalleryDriver } from './driver.ts';
import { rowAfterKey } from './keys.ts';
import { MAX_TILE, MIN_TILE } from './layout.ts';
import { columnsWithPictures, rowPictures } from './pictures-of-row.ts';
import type { TileSettings } from './tile.tsx';

/** CSS pixels by which a key changes the size of the tiles. */
export const SIZE_STEP = 32;

/** Keys of the gallery. */
export function onGalleryKey(event: KeyboardEvent<HTMLElement>, session: Session, driver: GalleryDriver, settings: TileSettings): void {
  if (event.target !== event.currentTarget || event.altKey) return;
  const handled = goKey(event, session, driver) || selectKey(event, session) || tileKey(event, session, settings);
  if (!handled) return;
  event.preventDefault();
  event.stopPropagation();
}

function goKey(event: KeyboardEvent<HTMLElement>, session: Session, driver: GalleryDriver): boolean {
  const { store } = session;
  const { focus } = store.state.view;
  const to = rowAfterKey(event.key, focus?.row ?? 0, shownRows(store.state), driver.view().layout);
  if (to === null) return false;
  const from = focus?.row ?? 0;
  if (event.shiftKey) store.dispatch({ type: 'extend', from, row: to });
  goTo(session, to);
  driver.show(to);
  return true;
}

function selectKey({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent<HTMLElement>, { store }: Session): boolean {
  const { selection, view } = store.state;
  const rows = shownRows(store.state);
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') {
    if (rows > 0) store.dispatch({ type: 'select', selection: { anchor: 0, active: rows - 1 } });
    return true;
  }
  if (key === 'Escape' && selection !== null) {
    store.dispatch({ type: 'select', selection: null });
    return true;
  }
  if (key !== ' ' || view.focus === undefined || ctrlKey || metaKey) return false;
  if (shiftKey) store.dispatch({ type: 'extend', from: selection?.active ?? view.focus.row, row: view.focus.row });
  else toggleRow(store, view.focus.row);
  return true;
}

function tileKey({ key, ctrlKey, metaKey }: KeyboardEvent<HTMLElement>, session: Session, settings: TileSettings): boolean {
  const { store } = session;
  if (ctrlKey || metaKey) return false;
  switch (key) {
    case 'Enter':
      runCommand(session, 'showRow');
      store.dispatch({ type: 'ask', box: 'panel' });
      return true;
    case ',':
    case '.':
      turnPicture(session, settings, key === '.' ? 1 : -1);
      return true;
    case 'c':
    case 'C':
      runCommand(session, 'compareRows');
      return true;
    case '+':
    case '=':
    case '-':
      resize(session, key === '-' ? -SIZE_STEP : SIZE_STEP);
      return true;
    default:
      return false;
  }
}

/** Shows another picture of the focused row. */
function turnPicture({ store, pages, thumbnails }: Session, { sources, pager, thumbnailHeight: height }: TileSettings, step: number): void {
  const position = store.state.view.focus?.row;
  const row = position === undefined ? undefined : pages.rowNumber(position);
  if (position === undefined || row === undefined) return;
  const columns = columnsWithPictures(sources, (column) => pages.cell(position, column)) ?? [];
  pager.turn(row, step, rowPictures(columns, (column) => thumbnails.get(row, column, { path: [], height }).places).length);
}

/** Tiles that are larger or smaller by so many CSS pixels. */
export function resize({ store }: Session, by: number): void {
  const { size } = store.state.view.gallery ?? INITIAL_GALLERY;
  store.dispatch({ type: 'gallery', gallery: { size: Math.max(MIN_TILE, Math.min(MAX_TILE, size + by)) } });
}

/** A click goes to a tile; with Ctrl it selects it, with Shift all up to it. */
export function onGalleryClick(event: MouseEvent<HTMLElement>, session: Session): void {
  const { store } = session;
  const { selection, view } = store.state;
  const row = rowOf(event);
  if (row === null) return;
  if (event.shiftKey) store.dispatch({ type: 'extend', from: selection?.active ?? view.focus?.row ?? row, row });
  else if (event.ctrlKey || event.metaKey) toggleRow(store, row);
  else if (selection !== null) store.dispatch({ type: 'select', selection: null });
  goTo(session, row);
}

/** The commands of the context menu are about the tile under the pointer. */
export function onGalleryMenu(event: MouseEvent<HTMLElement>, session: Session): void {
  const row = rowOf(event);
  if (row !== null) goTo(session, row);
}

function rowOf({ target }: MouseEvent<HTMLElement>): number | null {
  const tile = target instanceof Element ? target.closest<HTMLElement>('.tile') : null;
  return tile === null ? null : Number(tile.dataset.position);
}

function goTo({ store }: Session, row: number): void {
  const column = store.state.view.focus?.column ?? '';
  store.dispatch({ type: 'focus', row, column });
}

function toggleRow(store: Session['store'], row: number): void {
  const { selection } = store.state;
  const alone = selection?.anchor === row && selection.active === row;
  store.dispatch({ type: 'select', selection: alone ? null : { anchor: row, active: row } });
}
