import type { ChunkPages, PageLocation } from './layout.ts';

/** The part of a request that one page answers: rows counted within the row group, ascending. */
export interface PagePart {
  /** Index of the page in which the rows begin. */
  readonly page: number;
  readonly rows: readonly number[];
}

/** Which pages hold these rows, given in ascending order. A row may go on in the pages behind. */
export function planPages(pages: readonly Pick<PageLocation, 'firstRow'>[], rows: readonly number[]): PagePart[] {
  const parts: { page: number; rows: number[] }[] = [];
  for (const row of rows) {
    const page = lastBeginningBefore(pages, row);
    const last = parts.at(-1);
    if (last?.page === page) last.rows.push(row);
    else parts.push({ page, rows: [row] });
  }
  return parts;
}

/** Index of the last page that begins with this row or an earlier one. */
function lastBeginningBefore(pages: readonly Pick<PageLocation, 'firstRow'>[], row: number): number {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pages[middle]?.firstRow ?? Infinity) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Bytes of the pages of a plan, with the chunk's dictionary. */
export function plannedBytes({ pages, dictionary }: Pick<ChunkPages, 'pages' | 'dictionary'>, parts: readonly PagePart[]): number {
  return parts.reduce((sum, { page }) => sum + (pages[page]?.size ?? 0), dictionary?.size ?? 0);
}
