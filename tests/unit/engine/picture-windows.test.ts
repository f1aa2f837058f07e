import { expect, it, vi } from 'vitest';
import { PictureWindows } from '../../../extension/engine/picture-windows.ts';
import type { ReadRequest, Shard } from '../../../extension/engine/shards/shard.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';

const signal = new AbortController().signal;

/** A shard whose cells are their row numbers, and that notes what was read of it. */
function numbered(rows: () => number, rowsComplete = true): { shard: Shard; reads: [number, number][]; fail: (times: number) => void } {
  const reads: [number, number][] = [];
  let failures = 0;
  const shard = {
    state: () => ({ rows: rows(), rowsComplete }),
    read: ({ start, end }: ReadRequest) => {
      reads.push([start, end]);
      if (failures-- > 0) return Promise.reject(new LoupeError('malformed', 'bad'));
      return Promise.resolve([Array.from({ length: Math.max(0, Math.min(end, rows()) - start) }, (_, i) => String(start + i))]);
    },
  };
  return { shard: shard as unknown as Shard, reads, fail: (times) => void (failures = times) };
}

it('reads neighbours once, whatever the order of the rows', async () => {
  const { shard, reads } = numbered(() => 1000);
  const windows = new PictureWindows();
  const rows = [38, 36, 39, 37];
  expect(await Promise.all(rows.map((row) => windows.cell(shard, row, 0, signal)))).toEqual(rows.map(String));
  expect(reads).toEqual([[36, 40]]);
});

it('reads a screen at any place with few rows more than it has, each once', async () => {
  const { shard, reads } = numbered(() => 1000);
  const windows = new PictureWindows();
  const rows = Array.from({ length: 50 }, (_, i) => 103 + i);
  expect(await Promise.all(rows.map((row) => windows.cell(shard, row, 0, signal)))).toEqual(rows.map(String));
  expect(await Promise.all(rows.map((row) => windows.cell(shard, row, 0, signal)))).toEqual(rows.map(String));
  expect(reads).toHaveLength(14);
  expect(reads.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(56);
});

it('reads a screenful at once after a read that took long', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 150));
  const { shard, reads } = numbered(() => 1000);
  const windows = new PictureWindows();
  await windows.cell(shard, 0, 0, signal);
  for (const row of [40, 33, 63, 32, 50]) expect(await windows.cell(shard, row, 0, signal)).toBe(String(row));
  expect(reads).toEqual([[0, 4], [32, 64]]);
  vi.restoreAllMocks();
});

it('keeps the last rows of a finished shard too', async () => {
  const { shard, reads } = numbered(() => 40);
  const windows = new PictureWindows();
  expect(await windows.cell(shard, 39, 0, signal)).toBe('39');
  expect(await windows.cell(shard, 38, 0, signal)).toBe('38');
  expect(reads).toEqual([[36, 40]]);
});

it('reads again what a growing shard had not yet, and what failed', async () => {
  let rows = 10;
  const growing = numbered(() => rows, false);
  const windows = new PictureWindows();
  expect(await windows.cell(growing.shard, 9, 0, signal)).toBe('9');
  rows = 12;
  expect(await windows.cell(growing.shard, 11, 0, signal)).toBe('11');
  const failing = numbered(() => 64);
  failing.fail(1);
  await expect(windows.cell(failing.shard, 1, 0, signal)).rejects.toThrow('bad');
  expect(await windows.cell(failing.shard, 1, 0, signal)).toBe('1');
});

it('gives a read up when nobody waits for it any more, and not before', async () => {
  const signals: AbortSignal[] = [];
  const shard = {
    state: () => ({ rows: 1000, rowsComplete: true }),
    read: (_: ReadRequest, until: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signals.push(until);
        until.addEventListener('abort', () => reject(new LoupeError('cancelled', 'Cancelled.')));
      }),
  } as unknown as Shard;
  const windows = new PictureWindows();
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = [windows.cell(shard, 1, 0, first.signal), windows.cell(shard, 2, 0, second.signal)].map((cell) => cell.catch(() => 'given up'));
  first.abort();
  expect(await asked[0]).toBe('given up');
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  second.abort();
  expect(await asked[1]).toBe('given up');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  void windows.cell(shard, 3, 0, new AbortController().signal).catch(() => undefined);
  expect(signals).toHaveLength(2);
});
