/** The selected rows: one run, from the anchor that stays to the row that moves. */
export interface RowSelection {
  readonly anchor: number;
  readonly active: number;
}

/** Rows `[start, end)` of a selection. */
export function selectedRange(selection: RowSelection): { readonly start: number; readonly end: number } {
  return { start: Math.min(selection.anchor, selection.active), end: Math.max(selection.anchor, selection.active) + 1 };
}

/** The selection after its moving end went from one row to another; a new one where the focus had left it. */
export function extendSelection(selection: RowSelection | null, from: number, row: number): RowSelection {
  return { anchor: selection?.active === from ? selection.anchor : from, active: row };
}

/** Runs of row numbers, ascending, for positions whose rows are known; under a filter or an order they are scattered. */
export function rowRanges(positions: { readonly start: number; readonly end: number }, rowNumber: (position: number) => number | undefined): { start: number; end: number }[] {
  const length = Math.max(0, positions.end - positions.start);
  const rows = Array.from({ length }, (_, i) => rowNumber(positions.start + i)).filter((row) => row !== undefined);
  const ranges: { start: number; end: number }[] = [];
  for (const row of rows.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.end === row) last.end = row + 1;
    else ranges.push({ start: row, end: row + 1 });
  }
  return ranges;
}

/**
 * The part of a selection near the screen. hightable walks over every selected row when all rows are selected,
 * which a billion rows do not allow; so it only ever hears of these.
 */
export function selectionNear(
  selection: RowSelection | null,
  row: number,
  margin: number,
): { ranges: { start: number; end: number }[] } {
  if (selection === null) return { ranges: [] };
  const range = selectedRange(selection);
  const start = Math.max(range.start, row - margin, 0);
  const end = Math.min(range.end, row + margin);
  return { ranges: start < end ? [{ start, end }] : [] };
}
