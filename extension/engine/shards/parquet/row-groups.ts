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
