import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { query } from '../../extension/engine/duckdb/session.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { QueryEngine } from '../support/query-engine.ts';
import { EXPORTS, writeExports } from '../support/export-samples.ts';

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
      return value.text;
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
    expect(Object.keys(readings).sort()).toEqual(EXPORTS.map(({ name }) => name).sort());
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
    expect(reading('table.parquet').types).toEqual(expect.arrayContaining(['decimal128(38, 4)', 'uint64', 'timestamp[us]', 'date32[day]', 'list<element: int64>']) as unknown);
  });

  it("Python's json: every digit of the table", () => {
    const rows = table.map((row) => ({ fields: row.map((value, at) => [names[at], asJson(value)]) }));
    expect(reading('table.jsonl').rows).toEqual(rows);
    expect(reading('table.jsonl.gz').rows).toEqual(rows);
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
});

describe('what is read of the files that are written now', () => {
  it('DuckDB: the same rows', async () => {
    const [own, copy] = [join(engine.folder, 'table.parquet'), join(folder, 'table.parquet')].map((path) => `read_parquet(${quoteText(path)}, file_row_number = true)`);
    for (const [a, b] of [[own, copy], [copy, own]]) expect((await query(`SELECT count(*)::INTEGER FROM (SELECT * FROM ${a ?? ''} EXCEPT ALL SELECT * FROM ${b ?? ''})`, [])).columns).toEqual([[0]]);
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
