import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects, type Compressors } from 'hyparquet';
import { readParquet } from 'parquet-wasm';
import { expandLz4 } from '../../extension/engine/shards/parquet-pages/block-codecs.ts';

/** A table as another reader sees it: by column, a text for each row. */
export type ReadTable = ReadonlyMap<string, readonly string[]>;

const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GiB' });

/** DuckDB's own text of every cell. */
export async function duckdbTable(path: string): Promise<ReadTable> {
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const reader = await connection.runAndReadAll('SELECT COLUMNS(*)::VARCHAR FROM read_parquet($1, hive_partitioning = false) AS t', [path.replaceAll(/[[*?]/g, '[$&]')]);
    return new Map(reader.getColumns().map((column, at) => [`${at} ${reader.columnName(at)}`, column.map((value) => shortened(String(value)))]));
  } finally {
    connection.closeSync();
  }
}

const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  LZ4_RAW: (input, length) => expandLz4(input, length),
};

/** What hyparquet reads; a value of JavaScript's as JSON with what JSON does not have spelt out. */
export async function hyparquetTable(path: string): Promise<ReadTable> {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file, compressors });
  const table = new Map<string, string[]>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const column = table.get(name) ?? [];
      table.set(name, column);
      column.push(shortened(spelt(value)));
    }
  }
  return table;
}

/** What parquet-wasm reads, by Arrow's own text of every cell. */
export async function parquetWasmTable(path: string): Promise<ReadTable> {
  const table = tableFromIPC(readParquet(await readFile(path)).intoIPCStream());
  const read = new Map<string, string[]>();
  for (const [at, { name }] of table.schema.fields.entries()) {
    const column = table.getChildAt(at);
    read.set(`${at} ${name}`, Array.from({ length: table.numRows }, (_, row) => shortened(spelt(plain(column?.get(row))))));
  }
  return read;
}

/** Arrow's rows and vectors as plain values. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON as () => unknown)() : value;
}

function spelt(value: unknown): string {
  if (value === undefined) return 'undefined';
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner));
}

function shortened(text: string): string {
  return text.length < 200 ? text : `${text.slice(0, 80)}… ${createHash('sha256').update(text).digest('hex')}`;
}

/** Cells that differ, as `column: row`; columns by both names. */
export function differences(before: ReadTable, after: ReadTable): string[] {
  const found: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [a = [], b = []] = [before.get(name), after.get(name)];
    if (a.length !== b.length) found.push(`${name}: ${a.length} rows, then ${b.length}`);
    else for (const [row, value] of a.entries()) if (value !== b[row]) found.push(`${name}: ${row}`);
  }
  return found;
}
