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
