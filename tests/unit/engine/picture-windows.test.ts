import { expect, it } from 'vitest';
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

it('reads a screenful once, whatever the order of its rows', async () => {
  const { shard, reads } = numbered(() => 1000);
  const windows = new PictureWindows();
  const rows = [40, 33, 63, 32, 50];
  expect(await Promise.all(rows.map((row) => windows.cell(shard, row, 0, signal)))).toEqual(rows.map(String));
  expect(reads).toEqual([[32, 64]]);
});

it('keeps the last rows of a finished shard too', async () => {
  const { shard, reads } = numbered(() => 40);
  const windows = new PictureWindows();
  expect(await windows.cell(shard, 39, 0, signal)).toBe('39');
  expect(await windows.cell(shard, 38, 0, signal)).toBe('38');
  expect(reads).toEqual([[32, 40]]);
});

it('reads again what a growing shard had not yet, and what failed', async () => {
  let rows = 10;
  const growing = numbered(() => rows, false);
  const windows = new PictureWindows();
  expect(await windows.cell(growing.shard, 9, 0, signal)).toBe('9');
  rows = 32;
  expect(await windows.cell(growing.shard, 20, 0, signal)).toBe('20');
  const failing = numbered(() => 64);
  failing.fail(1);
  await expect(windows.cell(failing.shard, 1, 0, signal)).rejects.toThrow('bad');
  expect(await windows.cell(failing.shard, 1, 0, signal)).toBe('1');
});
