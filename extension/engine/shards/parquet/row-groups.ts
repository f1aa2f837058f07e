import type { WantedRows } from './table.ts';

/** Rows of each row group, in file order. */
export type RowCounts = readonly number[];

/** The part of one row group that a request needs: rows `[start, end)` counted within the group. */
export interface RowGroupPart {
  readonly group: number;
  readonly start: number;
  readonly end: number;
}

/** Which parts of which row groups hold rows `[start, end)` of the file; empty groups are left out. */
export function planRowGroups(counts: RowCounts, start: number, end: number): RowGroupPart[] {
  const parts: RowGroupPart[] = [];
  let first = 0;
  for (const [group, count] of counts.entries()) {
    if (first >= end) break;
    const from = Math.max(start, first);
    const to = Math.min(end, first + count);
    if (from < to) parts.push({ group, start: from - first, end: to - first });
    first += count;
  }
  return parts;
}

/** The row groups that hold any of the rows, ascending. */
export function touchedRowGroups(counts: RowCounts, rows: WantedRows): number[] {
  if ('start' in rows) return planRowGroups(counts, rows.start, rows.end).map(({ group }) => group);
  const touched: number[] = [];
  let first = 0;
  let at = 0;
  for (const [group, count] of counts.entries()) {
    const before = at;
    while (at < rows.length && (rows[at] ?? 0) < first + count) at++;
    if (at > before) touched.push(group);
    first += count;
  }
  return touched;
}
