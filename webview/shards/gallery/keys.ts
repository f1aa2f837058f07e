import type { GalleryLayout } from './layout.ts';

/** Where a key leads from a row, within the rows; null for a key that leads nowhere. */
export function rowAfterKey(key: string, row: number, rows: number, { columns, fit }: Pick<GalleryLayout, 'columns' | 'fit'>): number | null {
  const last = rows - 1;
  if (last < 0) return null;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, row - 1);
    case 'ArrowRight':
      return Math.min(last, row + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
      return linesAway(row, -1, last, columns);
    case 'ArrowDown':
      return linesAway(row, 1, last, columns);
    case 'PageUp':
      return linesAway(row, -fit, last, columns);
    case 'PageDown':
      return linesAway(row, fit, last, columns);
    default:
      return null;
  }
}

/** The same place some lines on; at the ends the first or last line that there is. */
function linesAway(row: number, by: number, last: number, columns: number): number {
  const line = Math.floor(row / columns);
  const lastLine = Math.floor(last / columns);
  const to = Math.max(0, Math.min(lastLine, line + by));
  return Math.min(last, to * columns + (row % columns));
}
