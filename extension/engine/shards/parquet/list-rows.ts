import { walkPages, type WalkedChunk } from '../parquet-pages/walk-pages.ts';

/**
 * How many rows a chunk of values that repeat within a row holds, counted where it says so itself: a row begins at each
 * repetition level 0. Stops at `wanted`. Of every page only the header and the levels are read.
 * @returns null when the pages cannot be understood
 */
export function countListRows(file: number, chunk: WalkedChunk, wanted: number): number | null {
  let rows = 0;
  try {
    for (const page of walkPages(file, chunk)) {
      // The first value of all continues a row that was never begun.
      if (rows === 0 && page.continues) return 0;
      rows += page.rows;
      if (rows >= wanted) break;
    }
  } catch {
    return null;
  }
  return rows;
}
