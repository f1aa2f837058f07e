import type { Value } from '../../protocol/values.ts';
import type { ReadRequest, RowsRequest } from './shard.ts';

/** Rows of a run may be this far apart: reading one row too many costs less than another read. */
const GAP = 4;

/** Runs read side by side: each is a wait for the disk. */
const LANES = 8;

/**
 * Reads single rows as runs of rows that lie close together, for readers to which every row is at hand. A row that is
 * not there, such as -1, is null.
 * @returns values by column, in the order of `request.rows`
 */
export async function readRuns(read: (request: ReadRequest, signal: AbortSignal) => Promise<Value[][]>, request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
  const sorted = [...new Set(request.rows)].filter((row) => row >= 0).sort((a, b) => a - b);
  const found = new Map<number, Value[]>();
  const wanted = runs(sorted);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let run = wanted[next++]; run !== undefined; run = wanted[next++]) {
      signal.throwIfAborted();
      const [start, end] = run;
      const values = await read({ start, end, columns: request.columns, limits: request.limits }, signal);
      for (let row = start; row < end; row++) {
        const cells = values.map((column) => column[row - start]);
        if (cells.every((cell) => cell !== undefined)) found.set(row, cells);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, wanted.length) }, lane));
  return request.columns.map((_, column) => request.rows.map((row) => found.get(row)?.[column] ?? null));
}

/** `[start, end)` of rows that lie close together. */
export function runs(sorted: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (const row of sorted) {
    const last = result.at(-1);
    if (last !== undefined && row - last[1] < GAP) last[1] = row + 1;
    else result.push([row, row + 1]);
  }
  return result;
}
