import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../../extension/engine/duckdb/session.ts';
import { openParquet } from '../../../extension/engine/shards/parquet/open.ts';
import { ParquetFile, type ParquetTable, type WantedRows } from '../../../extension/engine/shards/parquet/table.ts';
import { CellPages } from '../../../extension/engine/shards/parquet-pages/cell-pages.ts';
import { GRID_LIMITS, ROW_LIMITS, WHOLE_LIMITS, type ValueLimits } from '../../../extension/protocol/values.ts';
import { writePagedParquet, type PagedParquet } from '../../support/paged-parquet.ts';
import { seededRandom } from '../../support/random.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'loupe-cells-'));
const [indexed, walked] = [join(folder, 'indexed.parquet'), join(folder, 'walked.parquet')];
const single = join(folder, 'single.parquet');

const noise = Buffer.from(Uint8Array.from({ length: 300_000 }, seededByte()));
const ROWS = 400;
const pictures: PagedParquet = {
  rows: ROWS,
  rowsOfGroup: 200,
  rowsOfPage: 1,
  codec: 'SNAPPY',
  withOffsetIndex: true,
  picture: (row) => noise.subarray(row * 17, row * 17 + 100_000),
  caption: (row) => `caption ${row} ${'x'.repeat(row)}`,
};

beforeAll(async () => {
  writePagedParquet(indexed, pictures);
  writePagedParquet(walked, { ...pictures, rowsOfPage: 3, withOffsetIndex: false });
  const connection = await (await DuckDBInstance.create()).connect();
  // DuckDB writes this in one page a chunk.
  await connection.run(`COPY (SELECT repeat(md5(i::VARCHAR), 400)::BLOB AS image, [i] AS numbers FROM range(2000) t(i)) TO '${single}' (FORMAT parquet, COMPRESSION uncompressed)`);
  connection.closeSync();
}, 60_000);
afterAll(async () => {
  await closeDuckdb();
  rmSync(folder, { recursive: true, force: true });
});

function seededByte(): () => number {
  const random = seededRandom(3);
  return () => Math.floor(random() * 256);
}

async function cellsOf(path: string): Promise<{ cells: CellPages; table: ParquetTable }> {
  const file = await ParquetFile.at(path);
  const table = await file.table({ signal });
  return { cells: new CellPages(file, table, signal), table };
}

/** Which of the columns are read by page, and the bytes read for them. */
async function byPage(path: string, rows: WantedRows, limits: ValueLimits): Promise<{ columns: number[]; bytes: number }> {
  const { cells, table } = await cellsOf(path);
  const found = await cells.read(table.columns.map((_, index) => index), rows, limits, signal);
  return { columns: [...found.keys()], bytes: cells.bytesRead };
}

describe('cells read by page', () => {
  it('are as they were written, with an offset index and without', async () => {
    for (const path of [indexed, walked]) {
      const { cells } = await cellsOf(path);
      const rows = [0, 7, 8, 199, 200, 399];
      const found = (await cells.read([0], rows, WHOLE_LIMITS, signal)).get(0);
      expect(found, path).toEqual(
        rows.map((row) => ({
          type: 'struct',
          length: 2,
          entries: [
            ['bytes', { type: 'bytes', size: 100_000, head: new Uint8Array(pictures.picture(row)) }],
            ['path', `${row}.jpg`],
          ],
        })),
      );
    }
  });

  it('take the bytes of their pages, not of the chunk', async () => {
    const one = await byPage(indexed, [250], WHOLE_LIMITS);
    expect(one.columns).toEqual([0]);
    expect(one.bytes).toBeGreaterThan(100_000);
    expect(one.bytes).toBeLessThan(130_000);
    const screen = await byPage(walked, { start: 30, end: 60 }, GRID_LIMITS);
    expect(screen.columns).toEqual([0]);
    expect(screen.bytes).toBeLessThan(30 * 100_000 + 200_000);
  });

  it('are cut to the limits of the request', async () => {
    const { cells } = await cellsOf(indexed);
    const [value] = (await cells.read([0], [5], { ...GRID_LIMITS, items: 1 }, signal)).get(0) ?? [];
    expect(value).toEqual({ type: 'struct', length: 2, entries: [['bytes', { type: 'bytes', size: 100_000, head: new Uint8Array(pictures.picture(5).subarray(0, GRID_LIMITS.bytes)) }]] });
  });

  it('come through the shard, in the order asked for, and their bytes are counted', async () => {
    const shard = await openParquet(indexed, { cacheFolder: folder, cacheBytes: 0, changed: () => undefined, signal });
    const before = shard.state().bytesRead;
    const rows = [399, 3, 3, 250, -1];
    const [images, captions] = await shard.readRows({ rows, columns: [0, 1], limits: ROW_LIMITS }, signal);
    expect(images?.map((value) => (typeof value === 'object' && value?.type === 'struct' ? value.entries[1]?.[1] : value))).toEqual(['399.jpg', '3.jpg', '3.jpg', '250.jpg', null]);
    expect(captions).toEqual([...rows.slice(0, 4).map(pictures.caption), null]);
    expect(shard.state().bytesRead - before).toBeGreaterThan(300_000);
    expect(shard.state().bytesRead - before).toBeLessThan(1_000_000);
    await shard.close();
  });
});

describe('left to DuckDB', () => {
  it('are columns whose chunks are small, hold other values, or are one page', async () => {
    // The captions of a row group have a few kilobytes.
    expect((await byPage(indexed, [1], WHOLE_LIMITS)).columns).not.toContain(1);
    expect((await byPage(single, [1], WHOLE_LIMITS)).columns).toEqual([]);
    const { cells } = await cellsOf(single);
    expect(await cells.columns([1])).toEqual([{ reason: expect.stringContaining('other values') as string }]);
  });

  it('are requests for most of a chunk', async () => {
    expect((await byPage(indexed, { start: 0, end: 190 }, WHOLE_LIMITS)).columns).toEqual([]);
  });

  it('are columns with a damaged page, from then on', async () => {
    const bytes = readFileSync(indexed);
    const damaged = join(folder, 'damaged.parquet');
    // The first page's header says that it is larger than it is.
    bytes.fill(0xff, 6, 10);
    writeFileSync(damaged, bytes);
    expect((await byPage(damaged, [0], WHOLE_LIMITS)).columns).toEqual([]);
    const { cells } = await cellsOf(damaged);
    for (const [row, isRead] of [[1, true], [0, false], [1, false]] as const) expect((await cells.read([0], [row], WHOLE_LIMITS, signal)).has(0), `${row}`).toBe(isRead);
    expect(await cells.columns([0])).toEqual([{ reason: expect.stringMatching(/^damaged\.parquet \(row group 1, column image\.bytes, page at byte 4\): /) as string }]);
  });
});

it('refuses a file that was changed while it was open', async () => {
  const path = join(folder, 'changing.parquet');
  writePagedParquet(path, pictures);
  const { cells } = await cellsOf(path);
  expect((await cells.read([0], [1], WHOLE_LIMITS, signal)).has(0)).toBe(true);
  utimesSync(path, new Date(), new Date(Date.now() + 5_000));
  await expect(cells.read([0], [1], WHOLE_LIMITS, signal)).rejects.toMatchObject({ code: 'changed' });
});

it('ends a request that is cancelled', async () => {
  const { cells } = await cellsOf(walked);
  const controller = new AbortController();
  const reading = cells.read([0], [1, 90], WHOLE_LIMITS, controller.signal);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  expect((await cells.read([0], [1, 90], WHOLE_LIMITS, signal)).get(0)).toHaveLength(2);
});

