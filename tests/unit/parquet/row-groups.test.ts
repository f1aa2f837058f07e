import { describe, expect, it } from 'vitest';
import { planRowGroups, splitByRowGroup, touchedRowGroups } from '../../../extension/engine/shards/parquet/row-groups.ts';

describe('planRowGroups', () => {
  it('takes one part of one group', () => {
    expect(planRowGroups([10, 10, 10], 12, 15)).toEqual([{ group: 1, start: 2, end: 5 }]);
  });

  it('crosses groups and skips empty ones', () => {
    expect(planRowGroups([10, 0, 5, 10], 8, 20)).toEqual([
      { group: 0, start: 8, end: 10 },
      { group: 2, start: 0, end: 5 },
      { group: 3, start: 0, end: 5 },
    ]);
  });

  it('takes the first and the last row', () => {
    expect(planRowGroups([3, 3], 0, 1)).toEqual([{ group: 0, start: 0, end: 1 }]);
    expect(planRowGroups([3, 3], 5, 6)).toEqual([{ group: 1, start: 2, end: 3 }]);
  });

  it('is empty past the end, for no rows and for no groups', () => {
    expect(planRowGroups([3], 3, 9)).toEqual([]);
    expect(planRowGroups([3], 1, 1)).toEqual([]);
    expect(planRowGroups([], 0, 1)).toEqual([]);
  });
});

describe('splitByRowGroup', () => {
  it('counts the rows within their groups, and leaves out those past the end', () => {
    expect(splitByRowGroup([10, 0, 5, 10], [1, 2, 14, 24, 25])).toEqual([
      { group: 0, rows: [1, 2] },
      { group: 2, rows: [4] },
      { group: 3, rows: [9] },
    ]);
    expect(splitByRowGroup([3], [])).toEqual([]);
  });
});

describe('touchedRowGroups', () => {
  it('names the groups of single rows once each', () => {
    expect(touchedRowGroups([10, 0, 5, 10], [1, 2, 14, 24])).toEqual([0, 2, 3]);
    expect(touchedRowGroups([10, 5], [12, 40])).toEqual([1]);
  });

  it('names the groups of a range', () => {
    expect(touchedRowGroups([10, 0, 5, 10], { start: 8, end: 11 })).toEqual([0, 2]);
  });
});
