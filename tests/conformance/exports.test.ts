import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { query } from '../../extension/engine/duckdb/session.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { QueryEngine } from '../support/query-engine.ts';
import { CARD, EXPORTS, GOOD, SAMPLES, SCORES, writeExports } from '../support/export-samples.ts';

/** What other tools read; see `tests/oracles/make_exports.py`. */
type Reading = Readonly<Record<string, unknown>> & { readonly sha256?: string; readonly rows?: readonly unknown[] };

const { files: readings } = JSON.parse(readFileSync(join(import.meta.dirname, '../oracles/export/readings.json'), 'utf8')) as { files: Readonly<Record<string, Reading>> };

let engine: QueryEngine;
let folder: string;
let names: string[];
let table: Value[][];

beforeAll(async () => {
  engine = await QueryEngine.start();
  folder = join(engine.folder, 'exports');
  await writeExports(engine, folder);
  const shard = await openShard(join(engine.folder, 'table.parquet'), { cacheFolder: engine.folder, cacheBytes: 0, changed: () => undefined, signal: new AbortController().signal });
  const { columns, rows } = shard.state();
  names = columns.map(({ name }) => name);
  const values = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, new AbortController().signal);
  table = Array.from({ length: rows }, (_, row) => values.map((column) => column[row] ?? null));
  await shard.close();
});
afterAll(() => engine.stop());

function reading(name: string): Reading {
  const found = readings[name];
  if (found === undefined) throw new Error(`no reading of ${name}`);
  return found;
}

/** A value of the table as pyarrow gives it; a single float is a double to Python. */
function asPython(value: Value, name = ''): unknown {
  if (value === null || typeof value !== 'object') return value;
  switch (value.type) {
    case 'number':
      return { number: name === 'score' && /\d/.test(value.text) ? String(Math.fround(Number(value.text))) : value.text };
    case 'temporal':
      // Python writes the minutes of a zone.
      return value.text.replace(/\+\d\d$/, '$&:00');
    case 'bytes':
      return { bytes: Buffer.from(value.head).toString('hex') };
    case 'list':
      return value.items.map((item) => asPython(item));
    case 'struct':
      return { fields: value.entries.map(([field, item]) => [field, asPython(item)]) };
    case 'map':
      return value.entries.map(([key, item]) => [asPython(key), asPython(item)]);
    default:
      throw new Error(`no ${value.type} here`);
  }
}

/** The same as Python's json gives it. */
function asJson(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  switch (value.type) {
    case 'number':
      return { number: { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[value.text] ?? value.text };
    case 'temporal':
      return value.text;
    case 'bytes':
      return Buffer.from(value.head).toString('base64');
    case 'list':
      return value.items.map(asJson);
    case 'struct':
      return { fields: value.entries.map(([field, item]) => [field, asJson(item)]) };
    case 'map':
      return { fields: value.entries.map(([key, item]) => [key, asJson(item)]) };
    default:
      throw new Error(`no ${value.type} here`);
  }
}

describe('what other tools read of exports', () => {
  it('is of these very bytes', async () => {
    expect(Object.keys(readings).sort()).toEqual((await readdir(folder)).sort());
    expect(new Set(Object.keys(readings).map((name) => name.replace(/-\d{5}-of-\d{5}/, '')))).toEqual(new Set([CARD, ...EXPORTS.map(({ name }) => name)]));
    for (const [name, { sha256 }] of Object.entries(readings)) {
      if (sha256 !== undefined) expect([name, createHash('sha256').update(await readFile(join(folder, name))).digest('hex')]).toEqual([name, sha256]);
    }
    expect(gunzipSync(await readFile(join(folder, 'table.jsonl.gz')))).toEqual(await readFile(join(folder, 'table.jsonl')));
  });

  it('pyarrow: every value of the table, sorted too', () => {
    const rows = table.map((row) => row.map((value, at) => asPython(value, names[at])));
    expect(reading('table.parquet')).toMatchObject({ names, rows });
    const uid = names.indexOf('uid');
    expect(reading('sorted.parquet').rows).toEqual([...rows].sort((a, b) => (String(a[uid]) < String(b[uid]) ? 1 : -1)));
    expect(reading('table.parquet').types).toEqual(expect.arrayContaining(['decimal128(38, 4)', 'uint64', 'timestamp[us]', 'date32[day]', 'list<element: int64>', 'extension<arrow.uuid>']) as unknown);
    const parts = Object.keys(readings).filter((name) => name.startsWith('parts-'));
    expect(parts.map((name) => reading(name).rows?.length)).toEqual([5, 5, 2]);
    expect(parts.flatMap((name) => reading(name).rows ?? [])).toEqual(rows);
  });

  it("Python's json: every digit of the table", () => {
    const rows = table.map((row) => ({ fields: row.map((value, at) => [names[at], asJson(value)]) }));
    expect(reading('table.jsonl').rows).toEqual(rows);
    expect(reading('table.jsonl.gz').rows).toEqual(rows);
    expect(reading('table.jsonl.zst').rows).toEqual(rows);
    const sample = reading('sample.jsonl').rows as { fields: [string, { number: string }][] }[];
    expect(sample).toHaveLength(5);
    for (const { fields: [row, id] } of sample) expect(id?.[1].number).toBe(String(9223372036854775807n - BigInt(row?.[1].number ?? '')));
  });

  it("Python's json: numbers, keys and their order as they were written", () => {
    const number = (text: string): unknown => ({ number: text });
    const nested = [
      { fields: [['b', [number('1'), number('2.50')]], ['a', null]] },
      { fields: [['b', []], ['a', { fields: [['deep', [true, { fields: [] }]]] }]] },
    ];
    expect(reading('lines.jsonl').rows).toEqual([
      { fields: [['id', number('340282366920938463463374607431768211455')], ['price', number('1.50')], ['text', 'a'], ['nested', nested[0]]] },
      { fields: [['text', 'café 😀'], ['id', number('9007199254740993')], ['price', number('1e400')], ['nested', nested[1]]] },
      { fields: [['id', number('3')], ['id', number('4')], ['price', number('1E+2')], ['extra', null]] },
    ]);
    expect(reading('columns.jsonl').rows).toEqual([
      { fields: [['nested', nested[0]], ['price', number('1.50')], ['id', number('340282366920938463463374607431768211455')]] },
      { fields: [['nested', nested[1]], ['price', number('1e400')], ['id', number('9007199254740993')]] },
      { fields: [['price', number('1E+2')], ['id', number('4')]] },
    ]);
    // 39 digits are too many for any number of Parquet's.
    expect(reading('lines.parquet').rows?.[0]).toEqual(['340282366920938463463374607431768211455', 'a', '{"b":[1,2.50],"a":null}']);
  });

  it("Python's csv: the table's texts", () => {
    const [header, ...rows] = reading('table.csv').rows as string[][];
    expect(header).toEqual(names);
    for (const name of ['id', 'hash', 'price', 'digits', 'exact', 'uid', 'time']) {
      const at = names.indexOf(name);
      expect(rows.map((row) => row[at])).toEqual(table.map((row) => textOf(row[at] ?? null)));
    }
    expect(rows[1]?.[names.indexOf('facts')]).toBe('{"label": "é1", "boxes": [{"x": 0.125, "y": null}]}');
  });

  it('tarfile and webdataset: a sample a row, its parts byte for byte', () => {
    const members = new Map(reading('table.tar').members as [string, { bytes: string }][]);
    const at = (name: string): number => names.indexOf(name);
    const samples = table.map((row) => {
      const uid = row[at('uid')] as string;
      const image = row[at('image')] as Extract<Value, { type: 'bytes' }>;
      const suffix = image.head[0] === 0xff ? 'jpg' : 'png';
      const caption = row[at('caption')] as string | null;
      expect(members.get(`${uid}.${suffix}`)?.bytes).toBe(Buffer.from(image.head).toString('hex'));
      expect(members.get(`${uid}.txt`)?.bytes).toBe(caption === null ? undefined : Buffer.from(caption).toString('hex'));
      const json = Buffer.from(members.get(`${uid}.json`)?.bytes ?? '', 'hex').toString();
      expect(json).toContain(`"hash": ${textOf(row[at('hash')] ?? null)}, `);
      return [uid, [suffix, 'json', ...(caption === null ? [] : ['txt'])].sort()];
    });
    expect(reading('table.tar').samples).toEqual(samples);
    expect(members.size).toBe(samples.reduce((sum, [, fields]) => sum + (fields?.length ?? 0), 0));
  });

  it('numpy: the uids, sorted; and the list of ids', () => {
    const uids = table.map((row) => row[names.indexOf('uid')] as string).sort();
    expect(reading('table.npy')).toMatchObject({ dtype: "[('f0', '<u8'), ('f1', '<u8')]", sorted: true, rows: uids });
    expect(reading('table.txt').rows).toEqual(table.map((row) => textOf(row[names.indexOf('hash')] ?? null)));
  });

  it('no rows at all are a table, lines and an array without any', () => {
    expect(reading('none.parquet')).toMatchObject({ names, types: reading('table.parquet').types, rows: [] });
    expect(reading('none.jsonl.zst').rows).toEqual([]);
    expect(reading('none.npy')).toMatchObject({ dtype: "[('f0', '<u8'), ('f1', '<u8')]", rows: [] });
  });
});

describe('what other tools read of rows out of several files', () => {
  const uid = (row: number): string => row.toString(16).padStart(32, '0');
  const best = [...SCORES.keys()].filter((row) => (SCORES[row] ?? 0) >= 0.2).sort((a, b) => (SCORES[b] ?? 0) - (SCORES[a] ?? 0));
  const good = (row: number): boolean => GOOD.some((each) => each === row);

  it('columns that were joined, in every format; filtered and sorted by one of them', () => {
    const joined = ['uid', 'URL', 'TEXT', 'LANGUAGE', 'similarity', 'score', 'good'];
    const rows = SCORES.map((score, row) => [uid(row), `http://images.example/${row}`, `text ${row}`, 'en', { number: decimal(row / 10) }, { number: decimal(Math.fround(score)) }, good(row)]);
    expect(reading('pairs.parquet')).toMatchObject({ names: joined, types: ['string', 'string', 'string', 'string', 'double', 'float', 'bool'], rows });
    const lines = (reading('best.jsonl').rows as { fields: [string, unknown][] }[]).map(({ fields }) => fields.map(([, value]) => value));
    expect(lines.map(([id, , , , , score, listed]) => [id, score, listed])).toEqual(best.map((row) => [uid(row), { number: decimal(SCORES[row] ?? 0) }, good(row)]));
    const [header, ...fields] = reading('best.csv').rows as string[][];
    expect(header).toEqual(joined);
    expect(fields.map(([id, , , , , score, listed]) => [id, score, listed])).toEqual(best.map((row) => [uid(row), decimal(SCORES[row] ?? 0), String(good(row))]));
    expect(reading('best.npy')).toMatchObject({ sorted: true, rows: best.map(uid).sort() });
  });

  it('a set of Parquet and JSON Lines: numbers wider than either type, lists as lists', () => {
    const number = (text: string): unknown => ({ number: text });
    const rows = [[number('9223372036854775807'), ['q', null]], [null, null], [number('18446744073709551615'), []], [number('3'), ['x', 'y']]];
    expect(reading('set.parquet')).toMatchObject({ types: ['decimal128(38, 0)', 'list<element: string>'], rows });
    expect(reading('set.jsonl').rows).toEqual(rows.map(([id, tags]) => ({ fields: [['id', id], ['tags', tags]] })));
  });

  it('samples of an archive, byte for byte in archives, and as a table', () => {
    const archives = Object.keys(readings).filter((name) => /^archive-\d+-of-00003\.tar$/.test(name));
    const hex = (content: string | Buffer): unknown => ({ bytes: Buffer.from(content).toString('hex') });
    expect(archives.map((name) => (reading(name).samples as unknown[]).length)).toEqual([2, 2, 1]);
    expect(archives.flatMap((name) => reading(name).samples)).toEqual(SAMPLES.map(([key, members]) => [key, Object.keys(members).sort()]));
    expect(archives.flatMap((name) => reading(name).members)).toEqual(SAMPLES.flatMap(([key, members]) => Object.entries(members).map(([suffix, content]) => [`${key}.${suffix}`, hex(content)])));
    expect(reading('archive.parquet').names).toEqual(['__key__', 'jpg', 'json', 'txt']);
    const rows = reading('archive.parquet').rows as [string, unknown, string, string | null][];
    expect(rows.map(([key, jpg, json, txt]) => [key, jpg, /\d{30}/.exec(json)?.[0], txt])).toEqual(SAMPLES.map(([key, its], at) => [key, hex(its.jpg ?? ''), `12345678901234567890123456789${at}`, its.txt ?? null]));
  });

  it('PyYAML: the head of a card', async () => {
    expect((await readFile(join(folder, CARD), 'utf8')).split('---\n')[1]).toBe(reading(CARD).text);
    const features = ['uid', 'URL', 'TEXT', 'LANGUAGE', 'similarity'].map((name) => ({ name, dtype: name === 'similarity' ? 'float64' : 'string' }));
    expect(reading(CARD).head).toEqual({
      size_categories: ['n<1K'],
      configs: [{ config_name: 'default', data_files: [{ split: 'train', path: ['pairs.parquet'] }] }],
      dataset_info: { features, splits: [{ name: 'train', num_examples: 3 }] },
    });
  });
});

/** Python's shortest text of a number of 64 bits. */
function decimal(number: number): string {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}

describe('what is read of the files that are written now', () => {
  const source = (): string => `read_parquet(${quoteText(join(engine.folder, 'table.parquet'))}, file_row_number = true)`;
  const exported = (name: string): string => quoteText(join(folder, name));

  /** Two statements give the same rows, each as often. */
  async function expectSame(a: string, b: string): Promise<void> {
    for (const [one, other] of [[a, b], [b, a]]) expect((await query(`SELECT count(*)::INTEGER FROM (${one ?? ''} EXCEPT ALL ${other ?? ''})`, [])).columns).toEqual([[0]]);
  }

  it('DuckDB: the same rows of Parquet, in one file and in several', async () => {
    await expectSame(`SELECT * FROM ${source()}`, `SELECT * FROM read_parquet(${exported('table.parquet')}, file_row_number = true)`);
    await expectSame(`SELECT * EXCLUDE (file_row_number) FROM ${source()}`, `SELECT * FROM read_parquet(${exported('parts-*.parquet')})`);
  });

  it.each(['jsonl', 'jsonl.gz', 'jsonl.zst', 'csv'])('DuckDB: the same values of %s, read as the types of the table', async (format) => {
    // DuckDB's own reader of JSON makes doubles of numbers with a fraction.
    const wanted = `row, id, hash, digits, exact, flag, day, time, uid, guid, clock${format === 'csv' ? ', price' : ''}`;
    const { columns: [fields = [], types = []] } = await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT ${wanted} FROM ${source()})`, []);
    const casts = fields.map((name, at) => `CAST(${String(name)} AS ${String(types[at])}) AS ${String(name)}`).join(', ');
    const texts = `{${fields.map((name) => `${String(name)}: 'VARCHAR'`).join(', ')}}`;
    const reader = format === 'csv' ? `read_csv(${exported('table.csv')}, header = true, all_varchar = true)` : `read_json(${exported(`table.${format}`)}, format = 'newline_delimited', columns = ${texts})`;
    await expectSame(`SELECT ${wanted} FROM ${source()}`, `SELECT ${casts} FROM ${reader}`);
  });

  it('hyparquet: the same values as of the source', async () => {
    const read = async (path: string): Promise<unknown> => parquetReadObjects({ file: await asyncBufferFromFile(path), compressors: await compressors() });
    expect(await read(join(folder, 'table.parquet'))).toEqual(await read(join(engine.folder, 'table.parquet')));
  });
});

/** hyparquet brings snappy only. */
async function compressors(): Promise<Record<string, (input: Uint8Array) => Uint8Array>> {
  const { zstdDecompressSync } = await import('node:zlib');
  return { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) };
}

function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return 'text' in value ? value.text : '';
}
