import { describe, expect, it } from 'vitest';
import { readRuns } from '../../../extension/engine/shards/single-rows.ts';
import { GRID_LIMITS } from '../../../extension/protocol/values.ts';

const { signal } = new AbortController();

describe('single rows that are read as runs', () => {
  const runs: [number, number][] = [];
  /** A table of ten rows, of which row `n` holds `n`; as readers do, it takes what is before the first row for the first. */
  const rows = async (...wanted: number[]): Promise<unknown[]> => {
    runs.length = 0;
    const [values = []] = await readRuns(({ start, end }) => {
      runs.push([start, end]);
      return Promise.resolve([Array.from({ length: Math.min(10, end) - Math.max(0, start) }, (_, i) => String(Math.max(0, start) + i))]);
    }, { rows: wanted, columns: [0], limits: GRID_LIMITS }, signal);
    return values;
  };

  it('come in the order asked for, near ones in one read', async () => {
    expect(await rows(7, 1, 2, 7)).toEqual(['7', '1', '2', '7']);
    expect(runs).toEqual([[1, 3], [7, 8]]);
  });

  it('are null where there is no such row, and the others stay what they are', async () => {
    expect(await rows(-1, 0, 1, 9, 10)).toEqual([null, '0', '1', '9', null]);
  });
});
