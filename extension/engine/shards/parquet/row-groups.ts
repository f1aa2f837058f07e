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

/** Single rows of one row group, by the group's own numbers. */
export interface RowGroupRows {
  readonly group: number;
  readonly rows: readonly number[];
}

/** The rows, given in ascending order, by the row groups that hold them. */
export function splitByRowGroup(counts: RowCounts, rows: readonly number[]): RowGroupRows[] {
  const parts: RowGroupRows[] = [];
  let first = 0;
  let at = 0;
  for (const [group, count] of counts.entries()) {
    const [before, base] = [at, first];
    while (at < rows.length && (rows[at] ?? 0) < first + count) at++;
    if (at > before) parts.push({ group, rows: rows.slice(before, at).map((row) => row - base) });
    first += count;
  }
  return parts;
}

/** The row groups that hold any of the rows, ascending. */
export function touchedRowGroups(counts: RowCounts, rows: WantedRows): number[] {
  const parts = 'start' in rows ? planRowGroups(counts, rows.start, rows.end) : splitByRowGroup(counts, rows);
  return parts.map(({ group }) => group);
}
