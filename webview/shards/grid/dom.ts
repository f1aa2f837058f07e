import type { SortKey } from '../../../extension/protocol/queries.ts';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { originSentences } from '../origin.ts';
import { ROW_HEIGHT } from './position.ts';

/** CSS pixels beside the screen whose columns are fetched too. */
const COLUMN_MARGIN = 300;

/** The element that scrolls. */
export function scrollerOf(grid: HTMLElement): HTMLElement | null {
  return grid.querySelector<HTMLElement>('[role="group"][tabindex]');
}

/** The cell that Tab leads to, where it is drawn. */
export function currentCell(grid: HTMLElement): HTMLElement | null {
  return grid.querySelector<HTMLElement>(':is(td, th)[tabindex="0"]');
}

/** Positions among the visible columns of those on screen or nearly. */
export function columnsOnScreen(grid: HTMLElement): number[] {
  const scroller = scrollerOf(grid);
  if (scroller === null) return [];
  const left = scroller.scrollLeft - COLUMN_MARGIN;
  const right = scroller.scrollLeft + scroller.clientWidth + COLUMN_MARGIN;
  const headers = [...grid.querySelectorAll<HTMLElement>('thead th')];
  return headers.flatMap((header, i) => (header.offsetLeft < right && header.offsetLeft + header.offsetWidth > left ? [i] : []));
}

/** The first row that the header leaves free, or null where none is drawn. */
export function topRowOf(grid: HTMLElement, header: number): number | null {
  const scroller = scrollerOf(grid);
  const first = grid.querySelector<HTMLElement>('tbody tr');
  if (scroller === null || first === null) return null;
  const hidden = scroller.getBoundingClientRect().top + header - first.getBoundingClientRect().top;
  // A fraction of a pixel is no row.
  return Number(first.ariaRowIndex) - 2 + Math.max(0, Math.ceil((hidden - 1) / ROW_HEIGHT));
}

/** One tab stop: the cell where it is drawn, else the scroller, whose keys lead back to the cell. */
export function keepOneTabStop(grid: HTMLElement): void {
  const scroller = scrollerOf(grid);
  if (scroller !== null) scroller.tabIndex = currentCell(grid) === null ? 0 : -1;
}

/** The keyboard stays in the grid when the focused row is recycled, and returns to its cell when that is back. */
export function keepFocus(grid: HTMLElement, hadFocus: boolean): void {
  const { activeElement } = document;
  const scroller = scrollerOf(grid);
  const lost = activeElement === document.body && hadFocus && document.hasFocus();
  const target = currentCell(grid) ?? (lost ? scroller : null);
  if (target !== null && (lost || activeElement === scroller)) focusNow(target);
}

/** Whether the keyboard is among the rows, or was and lost its place; a chart in a header keeps it. */
export function hasBodyFocus(grid: HTMLElement | null): boolean {
  const { activeElement } = document;
  return activeElement === document.body || (grid?.querySelector('tbody')?.contains(activeElement) ?? false) || activeElement === (grid === null ? null : scrollerOf(grid));
}

/** What VS Code's `webview/context` menus know of a place: the section that their `when` clauses ask for. */
export const CELL_MENU = JSON.stringify({ webviewSection: 'cell', preventDefaultContextMenuItems: true });
const COLUMN_MENU = JSON.stringify({ webviewSection: 'column', preventDefaultContextMenuItems: true });

interface HeaderWords {
  readonly sort: readonly SortKey[];
  readonly caption: string;
  readonly shard: Pick<ShardState, 'sideCars'>;
}

/** hightable says of every column that it cannot be sorted: sorting is ours, and the type says more. */
export function describeHeaders(grid: HTMLElement, columns: readonly Column[], { sort, caption, shard }: HeaderWords): void {
  grid.querySelectorAll('thead th').forEach((header, i) => {
    const column = columns[i];
    const key = sort.find((candidate) => candidate.column.length === 1 && candidate.column[0] === column?.name);
    header.removeAttribute('title');
    header.ariaSort = key === undefined ? 'none' : key.descending ? 'descending' : 'ascending';
    header.setAttribute('aria-description', column === undefined ? '' : [column.type, ...originSentences(column, shard)].join('. '));
    header.setAttribute('data-vscode-context', COLUMN_MENU);
  });
  grid.querySelector('table')?.setAttribute('aria-label', caption);
  scrollerOf(grid)?.setAttribute('aria-label', caption);
}

/**
 * hightable focuses the cell that it went to, always: whoever moved it, and even where the keyboard is in another
 * window. The call is the only sign that it has arrived and the only place to say no.
 * @param arrived gets the cell; false leaves the keyboard where it is
 * @returns a function that ends it
 */
export function guardCellFocus(grid: HTMLElement, arrived: (cell: HTMLElement) => boolean): () => void {
  const cells = HTMLTableCellElement.prototype;
  cells.focus = function (this: HTMLTableCellElement, options?: FocusOptions): void {
    if (!grid.contains(this) || arrived(this)) focusNow(this, options);
  };
  return () => {
    Reflect.deleteProperty(cells, 'focus');
  };
}

/** Focuses past the guard. */
export function focusNow(element: HTMLElement, options: FocusOptions = { preventScroll: true }): void {
  HTMLElement.prototype.focus.call(element, options);
}
