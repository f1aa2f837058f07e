import { BLOCK_ROWS } from '../../../extension/protocol/webview.ts';

/** Requests under way at once: one that shows, one that comes next; more would only queue behind each other. */
export const MAX_IN_FLIGHT = 2;

/** What the grid wants to show: rows `[start, end)` of some columns (by index). */
export interface Viewport {
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
}

/** One request for a page. */
export interface PageRequest {
  readonly block: number;
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
}

/** How many rows of a block are there for a column; `Infinity` where asking again is of no use. */
export type LoadedRows = (block: number, column: number) => number;

/** Blocks that a viewport touches, the middle one first: what the eye rests on. */
export function blocksInView(view: Viewport): number[] {
  if (view.end <= view.start) return [];
  const first = Math.floor(view.start / BLOCK_ROWS);
  const last = Math.floor((view.end - 1) / BLOCK_ROWS);
  const middle = Math.floor((view.start + view.end - 1) / 2 / BLOCK_ROWS);
  const blocks = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return blocks.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

/**
 * Requests that would fill a viewport, most wanted first. A page may come back short (1 MiB a message), so
 * columns of one block are grouped by the first row that they lack.
 */
export function planRequests(view: Viewport, rows: number, loaded: LoadedRows): PageRequest[] {
  const requests: PageRequest[] = [];
  for (const block of blocksInView({ ...view, end: Math.min(view.end, rows) })) {
    const start = block * BLOCK_ROWS;
    const end = Math.min(start + BLOCK_ROWS, rows);
    const byStart = new Map<number, number[]>();
    for (const column of view.columns) {
      const from = start + loaded(block, column);
      if (from < end) byStart.set(from, [...(byStart.get(from) ?? []), column]);
    }
    for (const [from, columns] of byStart) requests.push({ block, start: from, end, columns });
  }
  return requests;
}

/** Whether a request under way still serves a viewport. */
export function serves(request: PageRequest, view: Viewport): boolean {
  return request.start < view.end && request.end > view.start && request.columns.some((column) => view.columns.includes(column));
}
