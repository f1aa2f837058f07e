import type { EditedColumn, EditedFooter, FileRange } from './edited-footer.ts';

/**
 * Where the bytes end that the new file keeps: behind the last one, unless what lies at the end is only pages and indexes of
 * chunks that are replaced. Without this a file would grow with each save of the same cell.
 */
export function keptEnd(footer: EditedFooter, footerStart: number, isReplaced: (group: number, column: number) => boolean): number {
  let kept = 0;
  const goes: FileRange[] = [];
  for (const [group, { columns }] of footer.groups.entries()) {
    for (const [index, column] of columns.entries()) {
      const ranges = rangesOf(column);
      if (ranges === null) return footerStart;
      if (isReplaced(group, index)) goes.push(...ranges);
      else for (const { end } of ranges) kept = Math.max(kept, end);
    }
  }
  const byEnd = new Map(goes.map((range) => [range.end, range]));
  let end = footerStart;
  // Only what is wholly covered goes: between may be what nobody here knows.
  for (let range = byEnd.get(end); range !== undefined && range.start >= kept && range.start < end; range = byEnd.get(end)) end = range.start;
  return end;
}

function rangesOf(column: EditedColumn): readonly FileRange[] | null {
  const { extras } = column;
  return extras === null ? null : [column.range, ...extras];
}
