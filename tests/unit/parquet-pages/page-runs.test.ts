import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FileUses } from '../../../extension/engine/shards/parquet-pages/file-uses.ts';
import { PageRuns } from '../../../extension/engine/shards/parquet-pages/page-runs.ts';
import { FileSource } from '../../../extension/engine/shards/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-runs-'));
const path = join(folder, 'file');
writeFileSync(path, Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (offset: number, size: number): { offset: number; size: number } => ({ offset, size });

it('reads pages that follow one another at once, each given once, and leaves those that stand alone', async () => {
  const uses = new FileUses(path);
  const runs = new PageRuns(uses, [page(10, 5), page(15, 7), page(22, 1), page(30, 4)]);
  const [first, second] = await Promise.all([runs.take(15), runs.take(10)]);
  expect([...(first ?? [])]).toEqual([15, 16, 17, 18, 19, 20, 21]);
  expect([...(second ?? [])]).toEqual([10, 11, 12, 13, 14]);
  expect(await runs.take(15)).toBeNull();
  expect(await runs.take(30)).toBeNull();
  expect(await runs.take(999)).toBeNull();
  expect(uses.bytesRead).toBe(13);
});

it('keeps one read within two MiB', async () => {
  const uses = new FileUses(path);
  const runs = new PageRuns(uses, [page(0, 1_500_000), page(1_500_000, 500_000), page(2_000_000, 400_000), page(2_400_000, 100)]);
  expect((await runs.take(0))?.length).toBe(1_500_000);
  expect(uses.bytesRead).toBe(2_000_000);
  expect((await runs.take(2_400_000))?.length).toBe(100);
  expect(uses.bytesRead).toBe(2_400_100);
});

it('ends where the file ends', async () => {
  const source = await FileSource.open(path);
  expect((await source.slices(2_999_990, [4, 10, 3])).map(({ length }) => length)).toEqual([4, 6, 0]);
  expect(source.bytesRead).toBe(10);
  await source.close();
});
