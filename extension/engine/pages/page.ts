import type { Page, PageColumn } from '../../protocol/shards.ts';
import { GRID_LIMITS, type Value } from '../../protocol/values.ts';
import { cellText, type CellText } from './cell-text.ts';

/** A message on the scroll path is at most this long, counted at two bytes a UTF-16 unit. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** Bytes that a cell costs besides its text: kind, size, separators. */
const CELL_OVERHEAD = 16;

/**
 * Columns of values as a page for the grid. Rows are left out at the end when the page would pass
 * `MAX_PAGE_BYTES`; the caller asks for them again. One row always fits: its cells are cut further.
 */
export function buildPage(start: number, columns: readonly number[], values: readonly (readonly Value[])[], bytesRead: number): Page {
  const limit = cellLimit(columns.length);
  const rows = values[0]?.length ?? 0;
  const pages: { texts: string[]; kinds: CellText['kind'][]; sizes: number[] }[] = columns.map(() => ({ texts: [], kinds: [], sizes: [] }));
  let bytes = 0;
  let rowCount = 0;
  for (; rowCount < rows; rowCount++) {
    const cells = values.map((column) => cellText(column[rowCount] ?? null, limit));
    bytes += cells.reduce((sum, cell) => sum + cell.text.length * 2 + CELL_OVERHEAD, 0);
    if (bytes > MAX_PAGE_BYTES && rowCount > 0) break;
    cells.forEach((cell, i) => append(pages[i], cell));
  }
  return { start, rowCount, columns: pages.map((page, i): PageColumn => ({ column: columns[i] ?? 0, ...page })), bytesRead };
}

function append(page: { texts: string[]; kinds: CellText['kind'][]; sizes: number[] } | undefined, cell: CellText): void {
  page?.texts.push(cell.text);
  page?.kinds.push(cell.kind);
  page?.sizes.push(cell.size);
}

/** The longest cell text with which a row of so many columns still fits a page. */
function cellLimit(columns: number): number {
  const share = Math.floor((MAX_PAGE_BYTES / Math.max(1, columns) - CELL_OVERHEAD) / 2);
  return Math.max(1, Math.min(GRID_LIMITS.text, share));
}
