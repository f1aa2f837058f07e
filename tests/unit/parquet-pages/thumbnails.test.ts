import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeDuckdb } from '../../../extension/engine/duckdb/session.ts';
import { PictureCache } from '../../../extension/engine/picture-sources/picture-cache.ts';
import { PictureSources } from '../../../extension/engine/picture-sources/picture-sources.ts';
import { PictureWindows } from '../../../extension/engine/picture-windows.ts';
import { cellPicture, cellThumbnail } from '../../../extension/engine/pictures.ts';
import { openParquet } from '../../../extension/engine/shards/parquet/open.ts';
import { writePagedParquet } from '../../support/paged-parquet.ts';

const ROWS = 1_000;
const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'loupe-thumbnails-'));
const path = join(folder, 'pictures.parquet');
let pictures: readonly Buffer[];

beforeAll(async () => {
  // Noise, so that a few pictures have the bytes of photographs.
  const noise = (side: number): Promise<Buffer> =>
    sharp({ create: { width: side, height: 200, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
      .jpeg({ quality: 90 })
      .toBuffer();
  pictures = await Promise.all([200, 220, 240].map(noise));
  writePagedParquet(path, { rows: ROWS, rowsOfGroup: ROWS, rowsOfPage: 2, codec: 'SNAPPY', withOffsetIndex: false, picture: (row) => pictures[row % 3] ?? Buffer.alloc(0), caption: String });
}, 60_000);
afterAll(async () => {
  await closeDuckdb();
  rmSync(folder, { recursive: true, force: true });
});

it('takes the pages of a screenful for a thumbnail, and one page for a picture', async () => {
  expect(statSync(path).size).toBeGreaterThan(20_000_000);
  const shard = await openParquet(path, { cacheFolder: folder, cacheBytes: 0, changed: () => undefined, signal });
  const before = shard.state().bytesRead;
  const sources = new PictureSources(() => new PictureCache(folder, 0));
  const readers = { windows: new PictureWindows(), sources };
  for (const row of [700, 701, 702]) {
    const small = await cellThumbnail(readers, shard, { row, column: 0, path: [], height: 50 }, signal);
    expect(small).toMatchObject({ status: 'ok', facts: { height: 200, width: 200 + 20 * (row % 3) } });
  }
  const whole = await cellPicture(readers, shard, { row: 250, column: 0, path: ['bytes'] }, signal);
  expect(whole.status === 'ok' && Buffer.from(whole.bytes)).toEqual(pictures[1]);
  expect(shard.state().bytesRead - before).toBeLessThan(3_000_000);
  await shard.close();
});
