import { expect, it } from 'vitest';
import { plannedBytes, planPages } from '../../../extension/engine/shards/parquet-pages/plan-pages.ts';

const page = (firstRow: number, size = 10): { offset: number; size: number; firstRow: number; continues: boolean; header: null } => ({ offset: 0, size, firstRow, continues: false, header: null });

it('finds the page in which each row begins', () => {
  const pages = [0, 3, 4, 9].map((firstRow) => page(firstRow));
  expect(planPages(pages, [0, 2, 3, 8, 9, 30])).toEqual([
    { page: 0, rows: [0, 2] },
    { page: 1, rows: [3] },
    { page: 2, rows: [8] },
    { page: 3, rows: [9, 30] },
  ]);
  expect(planPages(pages, [])).toEqual([]);
});

it('passes over pages in which no row begins', () => {
  // Rows 0 and 1 begin in the first page; the second only goes on with row 1.
  expect(planPages([page(0), page(2), page(2)], [1, 2])).toEqual([
    { page: 0, rows: [1] },
    { page: 2, rows: [2] },
  ]);
});

it('adds up the pages of a plan with the dictionary', () => {
  const chunk = { dictionary: page(0, 100), pages: [page(0, 1), page(1, 20), page(2, 300)], bytesRead: 0 };
  expect(plannedBytes(chunk, planPages(chunk.pages, [0, 2]))).toBe(401);
  expect(plannedBytes({ ...chunk, dictionary: null }, planPages(chunk.pages, [1]))).toBe(20);
});
