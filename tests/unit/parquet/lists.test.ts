import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../../extension/engine/duckdb/session.ts';
import { countListRows, readFooter } from '../../../extension/engine/shards/parquet/footer.ts';
import { firstBytes } from '../../../extension/engine/shards/parquet/level-bytes.ts';
import { leavesOf } from '../../../extension/engine/shards/parquet/list-columns.ts';
import { countZeros } from '../../../extension/engine/shards/parquet-pages/level-runs.ts';
import { openParquet } from '../../../extension/engine/shards/parquet/open.ts';
import { GRID_LIMITS } from '../../../extension/protocol/values.ts';
import { largeListFiles } from '../../support/large-parquet.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'loupe-lists-'));
let files: readonly string[];

beforeAll(async () => {
  files = await largeListFiles(folder);
});
afterAll(async () => {
  await closeDuckdb();
  rmSync(folder, { recursive: true });
});

/** The file with the footer saying that every chunk of two values a row holds 300,000 values instead of 1,048,576. */
function shortened(path: string): string {
  const [claimed, less] = [Buffer.from([0x80, 0x80, 0x80, 0x01]), Buffer.from([0xc0, 0xcf, 0xa4, 0x00])];
  const bytes = readFileSync(path);
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  for (let at = bytes.indexOf(claimed, footer); at !== -1; at = bytes.indexOf(claimed, at)) less.copy(bytes, at);
  const short = `${path}.short`;
  writeFileSync(short, bytes);
  return short;
}

describe('the first bytes of a compressed page', () => {
  const wanted = 1_000;
  const packers: [string, (bytes: Buffer) => Buffer][] = [['GZIP', gzipSync], ['ZSTD', zstdCompressSync]];

  it.each(packers)('%s: are there of a cut page, and of a bomb there is an error', (codec, pack) => {
    const page = Buffer.from(Array.from({ length: 20_000 }, (_, i) => Math.floor(Math.sin(i) * 100) & 0xff));
    expect(Buffer.from(firstBytes(codec, pack(page).subarray(0, 10_000), wanted) ?? [])).toEqual(page.subarray(0, wanted));
    expect(() => firstBytes(codec, pack(Buffer.alloc(80 * 1024 * 1024)), wanted)).toThrow();
  });
});

describe('list columns of large files', () => {
  it('hold the rows that their pages begin, with every codec and both versions of pages', async () => {
    for (const path of files) {
      const groups = (await readFooter(path, signal))?.rowCounts ?? [];
      expect(groups.length).toBeGreaterThan(1);
      for (const [group, rows] of groups.entries()) {
        const counts = await countListRows({ path, group, columns: [1, 2, 3, 4, 5], columnCount: 6 }, signal);
        expect(counts, `${path} ${group}`).toEqual(Array.from({ length: 5 }, () => rows));
      }
    }
  });

  it('are told when they are shorter than their row group, and the others are shown', async () => {
    for (const path of files.map(shortened)) {
      const shard = await openParquet(path, { cacheFolder: folder, cacheBytes: 0, changed: () => undefined, signal });
      for (const start of [0, 524_280, 1_048_570]) {
        const [id, pair, some, nested] = await shard.read({ start, end: start + 1, columns: [0, 1, 2, 3], limits: GRID_LIMITS }, signal);
        const group = start < 524_288 ? 1 : 2;
        expect(pair, path).toMatchObject([{ type: 'invalid', message: expect.stringMatching(`row group ${group}.*column pair holds 150000 rows`) as string }]);
        expect(id).toEqual([{ type: 'number', text: String(Math.floor(start / 50_000)) }]);
        expect(some).toHaveLength(1);
        expect(nested).toMatchObject([{ type: 'list', length: 2 }]);
      }
      await shard.close();
    }
  });

  it('are unknown in a file with other columns than DuckDB sees', async () => {
    expect(await countListRows({ path: files[0]!, group: 0, columns: [1], columnCount: 7 }, signal)).toEqual([null]);
  });
});

describe('countZeros', () => {
  it('counts runs and packs, and only as many levels as there are values', () => {
    const bytes = Uint8Array.from([5 << 1, 0, (1 << 1) | 1, 0b01010110, 3 << 1, 1]);
    expect(countZeros(bytes, 1, 16)).toEqual({ zeros: 5 + 4, startsWithZero: true });
    expect(countZeros(bytes, 1, 7)).toEqual({ zeros: 5 + 1, startsWithZero: true });
    expect(() => countZeros(bytes, 1, 17)).toThrow(/end early/);
    expect(countZeros(Uint8Array.from([4 << 1, 1]), 1, 4)).toEqual({ zeros: 0, startsWithZero: false });
    expect(countZeros(Uint8Array.from([(1 << 1) | 1, 0b11_10_01_00, 0b00_01_10_00]), 2, 8)).toEqual({ zeros: 3, startsWithZero: true });
    expect(() => countZeros(Uint8Array.from([0, 0]), 1, 1)).toThrow(/end early/);
  });
});

describe('leavesOf', () => {
  it('tells the column and the repetition of each leaf', () => {
    const schema = [
      { name: 'root', num_children: 3 },
      { name: 'id', repetition_type: 'REQUIRED' },
      { name: 'map', repetition_type: 'OPTIONAL', num_children: 1 },
      { name: 'entry', repetition_type: 'REPEATED', num_children: 2 },
      { name: 'key', repetition_type: 'REQUIRED' },
      { name: 'values', repetition_type: 'REPEATED' },
      { name: 'last', repetition_type: 'OPTIONAL' },
    ] as const;
    expect(leavesOf([...schema])).toEqual([
      { column: 0, maxRepetition: 0 },
      { column: 1, maxRepetition: 1 },
      { column: 1, maxRepetition: 2 },
      { column: 2, maxRepetition: 0 },
    ]);
  });
});
