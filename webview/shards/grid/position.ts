/** A place in the grid in hightable's counting: 1-based, headers included, as ARIA counts. */
export interface CellPosition {
  readonly rowIndex: number;
  readonly colIndex: number;
}

/** hightable fixes the height of a row, in CSS pixels. */
export const ROW_HEIGHT = 33;

/** Name, type and a border, in CSS pixels; grid.css says the same. */
export const HEADER_HEIGHT = 42;

/** The same with a chart and what it goes from and to. */
export const CHART_HEADER_HEIGHT = 62;

/** The header's height with or without charts. */
export function headerHeight(charts: boolean): number {
  return charts ? CHART_HEADER_HEIGHT : HEADER_HEIGHT;
}

/** Above this hightable maps scroll positions to rows by a factor, which changes with the number of rows. */
const MAX_CANVAS_HEIGHT = 8_000_000;

/** 1-based, and after the header row or column. */
const OFFSET = 2;

/** A data cell in hightable's counting. */
export function cellPosition(row: number, column: number): CellPosition {
  return { rowIndex: row + OFFSET, colIndex: column + OFFSET };
}

/** The data row and the visible column of a position; -1 in the header row, -1 in the row header. */
export function cellAt(position: CellPosition): { readonly row: number; readonly column: number } {
  return { row: position.rowIndex - OFFSET, column: position.colIndex - OFFSET };
}

/** Rows that fit whole under the header. */
export function rowsThatFit(height: number, header: number): number {
  return Math.max(1, Math.floor((height - header) / ROW_HEIGHT));
}

/** Whether more rows would move what is on screen. */
export function growthMovesView(rows: number, topRow: number): boolean {
  return topRow > 0 && CHART_HEADER_HEIGHT + rows * ROW_HEIGHT > MAX_CANVAS_HEIGHT;
}

/**
 * The row to go to, from the top of the grid, so that `topRow` ends up first: hightable scrolls just as far as
 * the row it goes to needs to stand at the lower edge.
 */
export function rowThatShows(topRow: number, fit: number, rows: number): number {
  return topRow === 0 ? 0 : Math.min(rows - 1, topRow + fit - 1);
}

/** The position after a key on a grid whose focused row was scrolled away. */
export function movedPosition(position: CellPosition, key: string, page: number, rows: number): CellPosition | null {
  const by: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  const step = by[key];
  if (step !== undefined) return { ...position, rowIndex: Math.min(rows + 1, Math.max(1, position.rowIndex + step)) };
  return ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'Enter', ' ', 'Tab'].includes(key) ? { ...position } : null;
}
