import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { CellChange, Change, ColumnTarget, SaveReport } from '../../../extension/protocol/edits.ts';
import { writePagedParquet } from '../../support/paged-parquet.ts';
import { writeParquet } from '../../support/parquet-files.ts';
import { differences, duckdbTable, hyparquetTable, parquetWasmTable } from '../../support/parquet-readers.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-parquet-saving-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };

const cell = (row: number, column: string, old: string, now: string): CellChange => ({ kind: 'cell', row, path: [column], old: { json: old }, new: { json: now } });

async function save(path: string, ...changes: readonly Change[]): Promise<SaveReport> {
  const shard = await openShard(path, context);
  try {
    return await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: new EditSet(changes), target: {}, expected: null }, never);
  } finally {
    await shard.close();
  }
}

async function targetsOf(path: string): Promise<readonly ColumnTarget[]> {
  const shard = await openShard(path, context);
  await shard.rewriter?.ready?.();
  const targets = shard.rewriter?.targets() ?? [];
  await shard.close();
  return targets;
}

function metadataOf(path: string): FileMetaData {
  return parquetMetadata(new Uint8Array(readFileSync(path)).buffer);
}

/** The bytes of a column chunk. */
function chunkBytes(path: string, group: number, column: number): Buffer {
  const meta = metadataOf(path).row_groups[group]?.columns[column]?.meta_data;
  const dictionary = meta?.dictionary_page_offset ?? 0n;
  const start = Number(dictionary >= 4n ? dictionary : meta?.data_page_offset);
  return readFileSync(path).subarray(start, start + Number(meta?.total_compressed_size));
}

const COLUMNS = `range::INTEGER AS id, 'caption ' || range AS caption, CASE WHEN range % 7 = 3 THEN NULL ELSE range / 8 END AS score, range % 3 = 0 AS kept,
  DATE '2026-01-01' + range::INTEGER AS day, TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (range) SECOND AS seen, (range * 1.25)::DECIMAL(20, 2) AS price,
  [x for x in range(range % 4)] AS items, {'a': range::VARCHAR, 'b': [range * 0.5]} AS nested, uuid '00112233-4455-6677-8899-aabbccddeeff' AS key, 'kind ' || (range % 5) AS kind, (range - 500)::TINYINT AS small`.replace('(range - 500)', '(range % 200 - 100)');
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW'];
const FILES = CODECS.map((codec, at) => ({ codec, version: at % 2 === 0 ? 'V1' : 'V2', name: `${codec}.parquet` }));
const EDITS = [
  cell(2_500, 'caption', '"caption 2500"', '"a new caption, é"'), cell(2_501, 'score', '312.625', 'null'), cell(2_502, 'kept', 'true', 'false'), cell(2_503, 'day', '"2032-11-08"', '"1969-12-31"'),
  cell(2_504, 'seen', '"2026-01-01 00:41:44+00"', '"2026-02-03 04:05:06.5+00"'), cell(2_505, 'price', '3131.25', '-0.10'), cell(2_506, 'items', '[0, 1]', '[7, null, 9, 10]'),
  cell(2_507, 'nested', '{"a": "2507", "b": [1253.5]}', '{"a": null, "b": [1.5, 2.5]}'), cell(2_508, 'key', '"00112233-4455-6677-8899-aabbccddeeff"', '"ffffffff-0000-0000-0000-000000000000"'),
  cell(2_509, 'kind', '"kind 4"', '"another kind"'), cell(2_510, 'small', '10', '-128'), cell(2_511, 'id', '2511', '-1'),
]; // prettier-ignore

describe.each(FILES)('an edited $codec file of $version pages', ({ codec, version, name }) => {
  const path = join(folder, name);
  beforeAll(() => writeParquet(path, `SELECT ${COLUMNS} FROM range(6000)`, `COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 2048`));

  it('is read the same by others but for the edited cells, and keeps every other chunk to the byte', async () => {
    const before = join(folder, `before-${name}`);
    copyFileSync(path, before);
    const [duckdb, hyparquet, wasm] = [await duckdbTable(path), await hyparquetTable(path), await parquetWasmTable(path)];
    await save(path, ...EDITS);
    const wanted = EDITS.map(({ path: [column], row }) => `${column ?? ''}: ${row}`).sort();
    expect(differences(hyparquet, await hyparquetTable(path)).sort()).toEqual(wanted);
    expect(differences(wasm, await parquetWasmTable(path)).map((each) => each.replace(/^\d+ /, '')).sort()).toEqual(wanted);
    const after = await duckdbTable(path);
    expect(differences(duckdb, after).map((each) => each.replace(/^\d+ /, '')).sort()).toEqual(wanted);
    expect([after.get('1 caption')?.[2_500], after.get('2 score')?.[2_501], after.get('5 seen')?.[2_504], after.get('6 price')?.[2_505], after.get('7 items')?.[2_506]]).toEqual(['a new caption, é', 'null', '2026-02-03 04:05:06.5+00', '-0.10', '[7, NULL, 9, 10]']);
    const columns = metadataOf(path).row_groups[0]?.columns.length ?? 0;
    for (const group of [0, 2]) for (let column = 0; column < columns; column++) expect(chunkBytes(path, group, column).equals(chunkBytes(before, group, column))).toBe(true);
    expect(metadataOf(path).schema).toEqual(metadataOf(before).schema);
    expect(metadataOf(path).created_by).toEqual(metadataOf(before).created_by);
  });

  it('leaves out rows', async () => {
    const before = await duckdbTable(path);
    const dropped = new Set([0, 1, 2_047, 2_048, 5_999]);
    await save(path, ...[...dropped].map((row): Change => ({ kind: 'row', row, dropped: true })), cell(2, 'caption', '"caption 2"', '"two"'));
    const expected = new Map([...before].map(([column, values]) => [column, values.map((value, row) => (column === '1 caption' && row === 2 ? 'two' : value)).filter((_, row) => !dropped.has(row))]));
    expect(differences(expected, await duckdbTable(path))).toEqual([]);
    expect(Number(metadataOf(path).num_rows)).toBe(5_995);
    expect((await hyparquetTable(path)).get('id')?.length).toBe(5_995);
  });
});

describe('a save into Parquet', () => {
  const small = async (name: string, select = `SELECT 'text ' || range AS text, range::INTEGER AS n FROM range(1000)`, options = 'COMPRESSION zstd'): Promise<string> => {
    const path = join(folder, name);
    await writeParquet(path, select, options);
    return path;
  };

  it('adds columns of every type, null where nothing was typed, also where rows are dropped', async () => {
    const path = await small('added.parquet', 'SELECT range::INTEGER AS n FROM range(50000)', 'COMPRESSION snappy, ROW_GROUP_SIZE 20480');
    const before = await duckdbTable(path);
    const add = (name: string, type: 'text' | 'number' | 'integer' | 'boolean'): Change => ({ kind: 'column', name, type, present: true });
    const typed = (row: number, column: string, json: string): Change => ({ kind: 'cell', row, path: [column], old: { missing: true }, new: { json } });
    await save(path, add('note', 'text'), add('share', 'number'), add('count', 'integer'), add('good', 'boolean'), typed(0, 'note', '"é"'), typed(49_999, 'note', '"last"'), typed(30_000, 'share', '0.25'), typed(30_000, 'count', '-9007199254740993'), typed(5, 'good', 'true'), { kind: 'row', row: 2, dropped: true }, cell(7, 'n', '7', '70'));
    const kept = [...Array(50_000).keys()].filter((row) => row !== 2);
    const column = (values: Record<number, string>): string[] => kept.map((row) => values[row] ?? 'null');
    const expected = new Map([
      ['0 n', kept.map((row) => (row === 7 ? '70' : (before.get('0 n')?.[row] ?? '')))],
      ['1 note', column({ 0: 'é', 49_999: 'last' })],
      ['2 share', column({ 30_000: '0.25' })],
      ['3 count', column({ 30_000: '-9007199254740993' })],
      ['4 good', column({ 5: 'true' })],
    ]);
    expect(differences(expected, await duckdbTable(path))).toEqual([]);
    const others = await Promise.all([hyparquetTable(path), parquetWasmTable(path)]);
    for (const table of others) expect([...table.values()].map((values) => values.length)).toEqual([49_999, 49_999, 49_999, 49_999, 49_999]);
    expect(others[0].get('note')?.[0]).toBe('"é"');
    // They are columns like any other then.
    await save(path, cell(0, 'note', '"é"', '"ü"'), cell(1, 'good', 'null', 'false'));
    expect((await duckdbTable(path)).get('1 note')?.[0]).toBe('ü');
  });

  it('describes an added column where other columns are described, and takes away what it cannot bring up to date', async () => {
    const pandas = JSON.stringify({ columns: [{ name: 'n', field_name: 'n', pandas_type: 'int32', numpy_type: 'int32', metadata: null }], index_columns: [] });
    const huggingface = JSON.stringify({ info: { features: { n: { dtype: 'int32', _type: 'Value' } } } });
    const path = await small('described.parquet', 'SELECT 1::INTEGER AS n', `KV_METADATA {pandas: '${pandas}', huggingface: '${huggingface}', "ARROW:schema": 'AAAA', other: 'x'}`);
    await save(path, { kind: 'column', name: 'note', type: 'text', present: true });
    const found = new Map(metadataOf(path).key_value_metadata?.map(({ key, value }) => [key, value]));
    expect([...found.keys()].sort()).toEqual(['huggingface', 'other', 'pandas']);
    expect(JSON.parse(found.get('pandas') ?? '')).toMatchObject({ columns: [{ name: 'n' }, { name: 'note', pandas_type: 'unicode', numpy_type: 'object' }], index_columns: [] });
    expect(JSON.parse(found.get('huggingface') ?? '')).toEqual({ info: { features: { n: { dtype: 'int32', _type: 'Value' }, note: { dtype: 'string', _type: 'Value' } } } });
  });

  it('adds a column of rounds, lists of records with lists in them, which every reader reads', async () => {
    const pandas = JSON.stringify({ columns: [], index_columns: [] });
    const huggingface = JSON.stringify({ info: { features: {} } });
    const path = await small('rounds.parquet', 'SELECT range::INTEGER AS n FROM range(30000)', `COMPRESSION zstd, ROW_GROUP_SIZE 10240, KV_METADATA {pandas: '${pandas}', huggingface: '${huggingface}'}`);
    const round = (text: string, flags: readonly string[], lost: readonly string[]): Record<string, unknown> => ({
      round: 2, text, annotator: 'anna', started: 's', ended: null, seconds: 1.5, flags, lost_concepts: lost.map((concept) => ({ concept, reason: 'wrong' })), base_sha256: '', adjudicates: [],
    }); // prettier-ignore
    const typed = (row: number, ...rounds: readonly unknown[]): Change => ({ kind: 'cell', row, path: ['caption_rounds'], old: { missing: true }, new: { json: JSON.stringify(rounds) } });
    const lists = [round('é', ['a', 'b'], ['Paris', 'x']), round('', [], [])];
    await save(path, { kind: 'column', name: 'caption_rounds', type: 'rounds', present: true }, typed(0, ...lists), typed(20_001), typed(29_999, round('last', [], ['y'])), { kind: 'row', row: 1, dropped: true });
    const [duckdb, hyparquet, wasm] = await Promise.all([duckdbTable(path), hyparquetTable(path), parquetWasmTable(path)]);
    const columns = [duckdb.get('1 caption_rounds')!, hyparquet.get('caption_rounds')!, wasm.get('1 caption_rounds')!];
    for (const column of columns) {
      expect(column).toHaveLength(29_999);
      expect(column.filter((text) => !/^(null|NULL|undefined)$/.test(text))).toHaveLength(3);
      expect(column[0]).toMatch(/é.*anna/);
      expect(column[20_000]).toBe('[]');
      expect(column[29_998]).toContain('last');
    }
    // Long texts end in their hash: two readers that have nothing in common read the same to the last list.
    expect(columns[1]![0]).toBe(columns[2]![0]);
    const features = new Map(metadataOf(path).key_value_metadata?.map(({ key, value }) => [key, JSON.parse(value ?? '') as Record<string, unknown>]));
    expect(features.get('pandas')).toMatchObject({ columns: [{ name: 'caption_rounds', pandas_type: 'list[object]', numpy_type: 'object' }] });
    expect(features.get('huggingface')).toMatchObject({ info: { features: { caption_rounds: [{ text: { dtype: 'string' }, flags: [{ dtype: 'string' }], lost_concepts: [{ concept: { dtype: 'string' } }] }] } } });
    // It is a column like any other then.
    await save(path, { kind: 'cell', row: 20_000, path: ['caption_rounds'], old: { json: '[]' }, new: { json: JSON.stringify([round('later', [], [])]) } });
    expect((await duckdbTable(path)).get('1 caption_rounds')?.[20_000]).toContain('later');
    await expect(save(path, { kind: 'cell', row: 0, path: ['caption_rounds'], old: { json: JSON.stringify(lists) }, new: { json: '[{"text": 5}]' } })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('does not let the file grow when the same cell is edited again and again', async () => {
    const path = await small('grow.parquet');
    await save(path, cell(5, 'n', '5', '100'));
    const { size } = (await save(path, cell(5, 'n', '100', '101'))).fingerprint;
    for (let value = 101; value < 110; value++) await save(path, cell(5, 'n', String(value), String(value + 1)));
    expect(Math.abs((await save(path, cell(5, 'n', '110', '111'))).fingerprint.size - size)).toBeLessThan(64);
    expect((await duckdbTable(path)).get('1 n')?.[5]).toBe('111');
  });

  it('refuses where the cell holds another value, a row is not there, or the column does not take the value', async () => {
    const path = await small('refused.parquet');
    const before = readFileSync(path);
    await expect(save(path, cell(5, 'n', '6', '100'))).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/row 6: it holds another value/) as string });
    await expect(save(path, cell(1_000, 'n', '6', '100'))).rejects.toMatchObject({ code: 'conflict' });
    await expect(save(path, cell(5, 'm', '6', '100'))).rejects.toMatchObject({ code: 'conflict' });
    await expect(save(path, cell(5, 'n', '5', '"five"'))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/row 6: n: it takes a number/) as string });
    await expect(save(path, { kind: 'column', name: 'N', type: 'text', present: true })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/has a column N already/) as string });
    await expect(save(path, { kind: 'column', name: 'new', type: 'json', present: true })).rejects.toMatchObject({ code: 'unsupported' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says which columns cannot be written, and why', async () => {
    const path = await small('types.parquet', `SELECT 'a'::BLOB AS bytes, MAP {'a': 1} AS pairs, INTERVAL 1 DAY AS span, 1::HUGEINT AS huge, 'x' AS text, 1 AS "Twice", {'b': 'x'::BLOB} AS inside`);
    expect(await targetsOf(path)).toEqual([
      { readOnly: 'bytes is not edited. Its values are bytes, not text.' },
      { readOnly: 'pairs is not edited. Values of the type MAP are not edited.' },
      { readOnly: expect.stringContaining('INTERVAL') as string },
      expect.anything(),
      { path: ['text'] },
      { path: ['Twice'] },
      { readOnly: 'inside is not edited. Its values are bytes, not text.' },
    ]);
    await expect(save(path, cell(0, 'bytes', '"YQ=="', '"x"'))).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('keeps the middle of a row group inside the file when its first column moves', async () => {
    const path = await small('first.parquet', `SELECT range::INTEGER AS n, md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS noise FROM range(20000)`, 'COMPRESSION uncompressed, ROW_GROUP_SIZE 20000');
    const before = await duckdbTable(path);
    const { bytesEncoded } = await save(path, cell(3, 'n', '3', '-3'));
    expect(differences(before, await duckdbTable(path))).toEqual(['0 n: 3']);
    const { columns = [] } = metadataOf(path).row_groups[0] ?? {};
    const size = columns.reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_compressed_size), 0);
    expect(Number(columns[0]?.meta_data?.dictionary_page_offset ?? columns[0]?.meta_data?.data_page_offset) + size / 2).toBeLessThan(readFileSync(path).length);
    expect(bytesEncoded).toBeLessThan(200_000);
  });

  it.each([true, false])('encodes one page of a chunk of many, found by index (%s) or by walking', async (withOffsetIndex) => {
    const path = join(folder, 'pages.parquet');
    writePagedParquet(path, { rows: 2_000, rowsOfGroup: 1_000, rowsOfPage: 10, codec: 'SNAPPY', withOffsetIndex, picture: () => Buffer.alloc(2_000, 7), caption: (row) => `caption ${row}` });
    const [hyparquet, duckdb] = [await hyparquetTable(path), await duckdbTable(path)];
    const report = await save(path, cell(1_234, 'caption', '"caption 1234"', '"changed"'), cell(1_239, 'caption', '"caption 1239"', 'null'));
    expect(differences(hyparquet, await hyparquetTable(path))).toEqual(['caption: 1234', 'caption: 1239']);
    expect(differences(duckdb, await duckdbTable(path))).toEqual(['1 caption: 1234', '1 caption: 1239']);
    // One page of ten captions, and the footer.
    expect(report.bytesEncoded).toBeLessThan(1_500);
  });
});
