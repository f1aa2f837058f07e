import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetMetadata, type Statistics } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { ParquetRewriter } from '../../../extension/engine/shards/parquet-editing/rewriter.ts';
import type { CellChange, Change } from '../../../extension/protocol/edits.ts';
import { anewRewriter } from '../../support/anew-rewriter.ts';
import { writePagedParquet } from '../../support/paged-parquet.ts';
import { writeParquet } from '../../support/parquet-files.ts';
import { differences, duckdbTable, hyparquetTable, parquetWasmTable } from '../../support/parquet-readers.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-whole-chunks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };
const cell = (row: number, column: string, old: string, now: string): CellChange => ({ kind: 'cell', row, path: [column], old: { json: old }, new: { json: now } });
const duckdb = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MiB' });

async function save(path: string, changes: readonly Change[], chunks: 'by page' | 'anew'): Promise<void> {
  const shard = await openShard(path, context);
  try {
    if (!(shard.rewriter instanceof ParquetRewriter)) throw new Error('no Parquet');
    const rewriter = chunks === 'anew' ? anewRewriter(shard.rewriter) : shard.rewriter;
    await saveShard(UNFLUSHED_FILES, { rewriter, edits: new EditSet(changes), target: {}, expected: null }, never);
  } finally {
    await shard.close();
  }
}

async function asked(sql: string): Promise<string> {
  const connection = await duckdb.connect();
  try {
    return JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson()[0]);
  } finally {
    connection.closeSync();
  }
}

const SELECT = `SELECT range::INTEGER AS id, 'caption ' || range AS caption, CASE WHEN range % 7 = 3 THEN NULL WHEN range % 7 = 4 THEN 'inf'::DOUBLE WHEN range % 7 = 5 THEN '-inf'::DOUBLE ELSE range / 8 END AS score,
  range % 3 = 0 AS kept, TIMESTAMP_NS '2026-01-01 00:00:00.123456789' AS seen, (range * 1.25)::DECIMAL(30, 2) AS price, [x for x in range(range % 4)] AS items,
  CASE WHEN range % 5 > 0 THEN {'a': range::VARCHAR, 'b': [range * 0.5, NULL]} END AS nested, (range % 200)::UTINYINT AS small FROM range(6000)`;

describe('chunks that are written anew', () => {
  it.each(['ZSTD', 'SNAPPY', 'LZ4_RAW'])('are read the same by others but for the edited cells (%s)', async (codec) => {
    const path = join(folder, `${codec}.parquet`);
    await writeParquet(path, SELECT, `COMPRESSION ${codec}, ROW_GROUP_SIZE 2048`);
    const readers = [duckdbTable, hyparquetTable, parquetWasmTable];
    const before = await Promise.all(readers.map((read) => read(path)));
    const edits = [
      cell(2_500, 'caption', '"caption 2500"', '"a new caption, é"'), cell(2_501, 'score', '312.625', 'null'), cell(2_502, 'kept', 'true', 'false'), cell(2_503, 'seen', '"2026-01-01 00:00:00.123456789"', '"2026-02-03 04:05:06.000000007"'),
      cell(2_505, 'price', '3131.25', '-0.10'), cell(2_506, 'items', '[0, 1]', '[7, null, 9, 10]'), cell(2_507, 'nested', '{"a": "2507", "b": [1253.5, null]}', '{"a": null, "b": []}'), cell(2_508, 'small', '108', '255'),
    ]; // prettier-ignore
    await save(path, edits, 'anew');
    const wanted = edits.map(({ path: [column], row }) => `${String(column)}: ${row}`).sort();
    for (const [at, read] of readers.entries()) expect(differences(before[at] ?? new Map(), await read(path)).map((each) => each.replace(/^\d+ /, '')).sort()).toEqual(wanted);
    const { columns = [] } = parquetMetadata(new Uint8Array(readFileSync(path)).buffer).row_groups[1] ?? {};
    expect(columns[1]?.meta_data).toMatchObject({ encodings: ['PLAIN', 'RLE'], num_values: 2_048n });
    expect(columns[1]?.meta_data?.dictionary_page_offset).toBeUndefined();
    expect(columns[0]?.meta_data?.encodings).not.toEqual(['PLAIN', 'RLE']);
  });

  it('leave out rows, and are edited again', async () => {
    const path = join(folder, 'dropped.parquet');
    await writeParquet(path, SELECT, 'COMPRESSION ZSTD, ROW_GROUP_SIZE 2048');
    const before = await duckdbTable(path);
    const dropped = new Set([0, 2_047, 5_999]);
    await save(path, [...dropped].map((row): Change => ({ kind: 'row', row, dropped: true })), 'anew');
    await save(path, [cell(0, 'caption', '"caption 1"', '"one"')], 'by page');
    const expected = new Map([...before].map(([column, values]) => [column, values.map((value, row) => (column === '1 caption' && row === 1 ? 'one' : value)).filter((_, row) => !dropped.has(row))]));
    expect(differences(expected, await duckdbTable(path))).toEqual([]);
  });

  it('take the place of chunks of more pages than are looked through', async () => {
    const path = join(folder, 'pages.parquet');
    writePagedParquet(path, { rows: 200_002, rowsOfGroup: 200_002, rowsOfPage: 1, codec: 'UNCOMPRESSED', withOffsetIndex: false, picture: () => Buffer.alloc(1), caption: (row) => `${row}` });
    await save(path, [cell(123_456, 'caption', '"123456"', '"changed"')], 'by page');
    expect(await asked(`SELECT count(*)::INTEGER, count(*) FILTER (caption = file_row_number::VARCHAR)::INTEGER, any_value(caption) FILTER (file_row_number = 123456) FROM read_parquet('${path}', file_row_number = true)`)).toBe('[200002,200001,"changed"]');
  });
});

describe('statistics of edited chunks', () => {
  const source = join(folder, 'statistics.parquet');
  const statisticsOf = (path: string, column: number): Statistics | undefined => parquetMetadata(new Uint8Array(readFileSync(path)).buffer).row_groups[0]?.columns[column]?.meta_data?.statistics;

  it.each(['by page', 'anew'] as const)('are widened and marked as inexact (%s)', async (chunks) => {
    await writeParquet(source, `SELECT range::INTEGER AS n, (range - 100)::TINYINT AS small, range / 8 AS score, 'k' || (range % 50) AS name, CASE WHEN range % 2 = 0 THEN range END AS half, range::UBIGINT AS big FROM range(200)`, 'COMPRESSION zstd');
    const path = join(folder, `statistics-${chunks}.parquet`);
    copyFileSync(source, path);
    await save(path, [
      cell(7, 'n', '7', '-5'), cell(199, 'n', '199', '100'), cell(0, 'score', '0.0', '99.5'), cell(3, 'name', '"k3"', '"é"'), cell(4, 'name', '"k4"', '"a"'), cell(2, 'half', '2', 'null'), cell(4, 'half', '4', 'null'), cell(1, 'half', 'null', '500'), cell(5, 'big', '5', '18446744073709551615'),
    ], chunks); // prettier-ignore
    expect(statisticsOf(path, 0)).toMatchObject({ min_value: -5, max_value: 199, is_max_value_exact: false, is_min_value_exact: false });
    expect(statisticsOf(path, 1)).toEqual(statisticsOf(source, 1));
    expect(statisticsOf(path, 2)).toMatchObject({ min_value: 0, max_value: 99.5 });
    expect(statisticsOf(path, 3)).toMatchObject({ min_value: 'a', max_value: 'é' });
    expect(statisticsOf(path, 4)).toMatchObject({ null_count: 101n, max_value: 500n });
    // What DuckDB makes of them.
    expect(await asked(`SELECT min(n), max(n), count(*) FILTER (n = -5)::INTEGER, (SELECT count(*)::INTEGER FROM '${path}' WHERE n = -5), (SELECT count(*)::INTEGER FROM '${path}' WHERE n < 0) FROM '${path}'`)).toBe('[-5,198,1,1,1]');
    expect(await asked(`SELECT max(big)::VARCHAR, max(name), min(name), max(half)::INTEGER, count(half)::INTEGER FROM '${path}'`)).toBe('["18446744073709551615","é","a",500,99]');
    expect(await asked(`SELECT (SELECT count(*)::INTEGER FROM '${path}' WHERE name = 'é'), (SELECT count(*)::INTEGER FROM '${path}' WHERE big > 1000), (SELECT count(*)::INTEGER FROM '${path}' WHERE half IS NULL)`)).toBe('[1,1,101]');
  });

  it('say nothing of bounds where a number that is none was written', async () => {
    const path = join(folder, 'nan.parquet');
    await writeParquet(path, 'SELECT range / 8 AS score FROM range(200)', 'COMPRESSION zstd');
    await save(path, [cell(7, 'score', '0.875', 'NaN')], 'by page');
    expect(statisticsOf(path, 0)?.max_value).toBeUndefined();
    expect(await asked(`SELECT (SELECT count(*)::INTEGER FROM '${path}' WHERE isnan(score)), (SELECT count(*)::INTEGER FROM '${path}' WHERE score > 24)`)).toBe('[1,8]');
  });
});
