import type { DataFrame, DataFrameEvents } from 'hightable';
import { createEventTarget, TypedCustomEvent } from 'hightable/dataframe';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Pages } from './pages.ts';

/** Called with the rows `[start, end)` that are on screen, after every change of them. */
export type OnRows = (start: number, end: number) => void;

/** The visible columns of a shard as hightable reads them: cells from the cache, never awaited. */
export interface ShardFrame extends DataFrame {
  readonly columns: readonly Column[];
  readonly setRows: (rows: number) => void;
  /** hightable starts to listen some time after it has read the number of rows: what it missed is told again. */
  readonly tellRows: () => void;
  /** Cells arrived: draw again. */
  readonly redraw: () => void;
}

/** A frame on some columns. hightable takes another frame for another table, so make one only when columns change. */
export function shardFrame(columns: readonly Column[], pages: Pages, rows: number, onRows: OnRows): ShardFrame {
  const names = uniqueNames(columns);
  const byName = new Map(names.map((name, i) => [name, columns[i]?.index ?? i]));
  const eventTarget = createEventTarget<DataFrameEvents>();
  const frame: ShardFrame = {
    columns,
    numRows: rows,
    columnDescriptors: names.map((name) => ({ name })),
    eventTarget,
    // Under a filter rows keep the numbers that they have in the table.
    getRowNumber: ({ row }) => {
      const value = row < frame.numRows ? pages.rowNumber(row) : undefined;
      return value === undefined ? undefined : { value };
    },
    getCell: ({ row, column }) => {
      const cell = pages.cell(row, byName.get(column) ?? -1);
      return cell === undefined ? undefined : { value: cell };
    },
    fetch: ({ rowStart, rowEnd, columns: wanted }) => {
      // Without columns hightable only wants row numbers, which are always there.
      if (wanted !== undefined) onRows(rowStart, rowEnd);
      return Promise.resolve();
    },
    setRows: (next) => {
      if (next === frame.numRows) return;
      frame.numRows = next;
      frame.tellRows();
    },
    tellRows: () => {
      eventTarget.dispatchEvent(new TypedCustomEvent('numrowschange', { detail: undefined }));
    },
    redraw: () => {
      eventTarget.dispatchEvent(new TypedCustomEvent('resolve', { detail: undefined }));
    },
  };
  return frame;
}

/** hightable tells columns apart by name; a file may name two alike. */
export function uniqueNames(columns: readonly Column[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let unique = name;
    for (let i = 2; taken.has(unique); i++) unique = `${name} (${i})`;
    taken.add(unique);
    return unique;
  });
}
