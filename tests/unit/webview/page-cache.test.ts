import { describe, expect, it } from 'vitest';
import type { Page } from '../../../extension/protocol/shards.ts';
import { BLOCK_ROWS } from '../../../extension/protocol/webview.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { MAX_BLOCKS, PageCache } from '../../../webview/shards/grid/page-cache.ts';
import { MAX_IN_FLIGHT } from '../../../webview/shards/grid/page-plan.ts';

interface Asked {
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
  readonly signal: AbortSignal;
  readonly answer: (rowCount?: number) => void;
  readonly fail: (error: LoupeError) => void;
}

/** A host that answers when the test says so. */
function fixture(rows: number): { cache: PageCache; asked: Asked[]; changes: () => number } {
  const asked: Asked[] = [];
  const cache = new PageCache(
    (request, signal) =>
      new Promise<Page>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new LoupeError('cancelled', 'Cancelled.')));
        asked.push({
          ...request,
          signal,
          answer: (rowCount = request.end - request.start) => resolve(page(request.start, rowCount, request.columns)),
          fail: reject,
        });
      }),
  );
  let changes = 0;
  cache.subscribe(() => changes++);
  cache.grow(rows);
  return { cache, asked, changes: () => changes };
}

function page(start: number, rowCount: number, columns: readonly number[]): Page {
  const rows = Array.from({ length: rowCount }, (_, i) => start + i);
  return {
    start,
    rowCount,
    bytesRead: 0,
    columns: columns.map((column) => ({ column, texts: rows.map((row) => `${row}/${column}`), kinds: rows.map(() => 'text'), sizes: rows.map(() => 0) })),
  };
}

/** Lets promises that are settled call back. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('PageCache', () => {
  it('asks for nothing that came with the first answer', () => {
    const { cache, asked } = fixture(1_000);
    cache.prime(page(200, 100, [0, 1]));
    expect(cache.cell(250, 1)).toEqual({ text: '250/1', kind: 'text', size: 0, position: 250 });
    cache.show({ start: 250, end: 290, columns: [0, 1] });
    expect(asked).toEqual([]);
    cache.show({ start: 250, end: 290, columns: [0, 1, 2] });
    expect(asked).toMatchObject([{ start: 200, end: 300, columns: [2] }]);
  });

  it('asks for what a first page that was cut lacks', () => {
    const { cache, asked } = fixture(1_000);
    cache.prime(page(0, 30, [0]));
    cache.show({ start: 0, end: 60, columns: [0] });
    expect(asked).toMatchObject([{ start: 30, end: 100, columns: [0] }]);
  });

  it('asks for the block in view and the visible columns only, and has the cells at once when they are there', async () => {
    const { cache, asked } = fixture(1_000_000);
    cache.show({ start: 765_432, end: 765_440, columns: [3, 1] });
    expect(asked.map(({ start, end, columns }) => ({ start, end, columns }))).toEqual([{ start: 765_400, end: 765_500, columns: [3, 1] }]);
    expect(cache.cell(765_432, 3)).toBeUndefined();
    asked[0]!.answer();
    await settled();
    expect(cache.cell(765_432, 3)).toEqual({ text: '765432/3', kind: 'text', size: 0, position: 765_432 });
    expect(cache.cell(765_432, 2)).toBeUndefined();
  });

  it('does not ask again for what is there or under way', async () => {
    const { cache, asked } = fixture(1000);
    cache.show({ start: 0, end: 10, columns: [0] });
    cache.show({ start: 5, end: 15, columns: [0] });
    expect(asked).toHaveLength(1);
    asked[0]!.answer();
    await settled();
    cache.show({ start: 20, end: 30, columns: [0, 1] });
    expect(asked.map(({ columns }) => columns)).toEqual([[0], [1]]);
  });

  it('has at most two requests under way and asks for the middle of the view first', async () => {
    const { cache, asked } = fixture(10_000);
    cache.show({ start: 0, end: 500, columns: [0] });
    expect(asked.map(({ start }) => start)).toEqual([200, 100]);
    expect(MAX_IN_FLIGHT).toBe(2);
    asked[0]!.answer();
    await settled();
    expect(asked.map(({ start }) => start)).toEqual([200, 100, 300]);
  });

  it('aborts what is no longer in view: the latest wins', async () => {
    const { cache, asked } = fixture(1_000_000);
    cache.show({ start: 0, end: 50, columns: [0] });
    cache.show({ start: 900_000, end: 900_050, columns: [0] });
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(asked[1]!.signal.aborted).toBe(false);
    asked[1]!.answer();
    await settled();
    expect(cache.cell(900_000, 0)?.text).toBe('900000/0');
    expect(cache.cell(0, 0)).toBeUndefined();
  });

  it('asks for the rest where a page came back short', async () => {
    const { cache, asked } = fixture(1000);
    cache.show({ start: 0, end: 50, columns: [0] });
    asked[0]!.answer(30);
    await settled();
    expect(asked[1]).toMatchObject({ start: 30, end: 100 });
    asked[1]!.answer();
    await settled();
    expect(cache.cell(99, 0)?.text).toBe('99/0');
  });

  it('does not ask for ever where a page comes back empty', async () => {
    const { cache, asked } = fixture(1000);
    cache.show({ start: 0, end: 50, columns: [0] });
    asked[0]!.answer(0);
    await settled();
    expect(asked).toHaveLength(1);
    expect(cache.cell(0, 0)?.kind).toBe('invalid');
  });

  it('asks for new rows of a block that grew', async () => {
    const { cache, asked } = fixture(30);
    cache.show({ start: 0, end: 60, columns: [0] });
    asked[0]!.answer();
    await settled();
    cache.grow(80);
    expect(asked[1]).toMatchObject({ start: 30, end: 80 });
  });

  it('keeps the blocks used last and forgets the others', async () => {
    const { cache, asked } = fixture(BLOCK_ROWS * (MAX_BLOCKS + 50));
    for (let block = 0; block < MAX_BLOCKS + 20; block++) {
      cache.show({ start: block * BLOCK_ROWS, end: block * BLOCK_ROWS + 1, columns: [0] });
      asked.at(-1)!.answer();
      await settled();
    }
    expect(cache.size).toBe(MAX_BLOCKS);
    expect(cache.cell(0, 0)).toBeUndefined();
    expect(cache.cell((MAX_BLOCKS + 19) * BLOCK_ROWS, 0)).toBeDefined();
  });

  it('shows why a page failed, and asks again when the user comes back', async () => {
    const { cache, asked } = fixture(1000);
    cache.show({ start: 0, end: 50, columns: [0] });
    asked[0]!.fail(new LoupeError('malformed', 'x.parquet: row group 0 is damaged.'));
    await settled();
    expect(cache.cell(7, 0)).toEqual({ text: 'x.parquet: row group 0 is damaged.', kind: 'invalid', size: 0 });
    expect(asked).toHaveLength(1);
    cache.show({ start: 500, end: 550, columns: [0] });
    cache.show({ start: 0, end: 50, columns: [0] });
    expect(asked.filter(({ start }) => start === 0)).toHaveLength(2);
  });

  it('waits while the engine is gone and asks again when it is back', async () => {
    const { cache, asked } = fixture(1000);
    cache.show({ start: 0, end: 50, columns: [0] });
    asked[0]!.fail(new LoupeError('engine-lost', 'The engine ended.'));
    await settled();
    expect(cache.cell(0, 0)).toBeUndefined();
    cache.show({ start: 200, end: 250, columns: [0] });
    expect(asked).toHaveLength(1);
    cache.resume();
    expect(asked[1]).toMatchObject({ start: 200 });
  });

  it('tells its listeners, and forgets everything when another file takes the place', async () => {
    const { cache, asked, changes } = fixture(1000);
    cache.show({ start: 0, end: 50, columns: [0] });
    asked[0]!.answer();
    await settled();
    expect(changes()).toBe(1);
    cache.clear();
    expect(cache.cell(0, 0)).toBeUndefined();
    expect(changes()).toBe(2);
    expect(asked).toHaveLength(2);
  });
});
