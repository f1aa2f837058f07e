import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportSummary, ExportWish, FileFormat } from '../../extension/protocol/export.ts';
import { EVERYTHING } from '../../extension/protocol/queries.ts';
import type { QueryEngine } from './query-engine.ts';

/** Every kind of value that has to leave as it is, nulls and ends of ranges among them. */
export const TABLE = `SELECT range AS row, (9223372036854775807 - range)::BIGINT AS id, (18446744073709551615 - range)::UBIGINT AS hash,
  [('99999999999999999999999999999999999999'), ('-0.0001' ), NULL][1 + range % 3]::VARCHAR AS digits,
  CASE range % 4 WHEN 0 THEN 1.5000 WHEN 1 THEN -9999999999999999999999999999999999.9999 END::DECIMAL(38,4) AS price,
  CASE range % 5 WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '-inf' WHEN 3 THEN '0.1' END::FLOAT AS score,
  CASE range % 3 WHEN 0 THEN 0.30000000000000004 WHEN 1 THEN 5e-324 END::DOUBLE AS exact, range % 2 = 0 AS flag,
  CASE range % 4 WHEN 0 THEN 'a "cat", ' || chr(10) || 'two' WHEN 1 THEN '' WHEN 2 THEN 'zürich 😀 ' || chr(9) END AS caption,
  DATE '2024-02-29' + range::INTEGER AS day, TIMESTAMP '2024-02-29 12:34:56.789012' + to_seconds(range) AS time,
  CASE WHEN range % 3 > 0 THEN [range, NULL, 9007199254740993]::BIGINT[] END AS list,
  CASE WHEN range % 4 > 0 THEN {'label': 'é' || range, 'boxes': [{'x': range / 8, 'y': NULL::DOUBLE}]} END AS facts,
  MAP {'k' || range: range} AS counts, md5(range::VARCHAR) AS uid,
  CASE WHEN range % 2 = 0 THEN '\\xFF\\xD8\\xFF\\xE0jpeg'::BLOB ELSE '\\x89PNG\\x0D\\x0A\\x1A\\x0Apng'::BLOB END AS image FROM range(12)`;

/** Records in which numbers, keys and their order are not what most readers keep. */
export const LINES = [
  '{"id": 340282366920938463463374607431768211455, "price": 1.50, "text": "a", "nested": {"b": [1, 2.50], "a": null}}',
  '{"text": "caf\\u00e9 \\ud83d\\ude00", "id": 9007199254740993, "price": 1e400, "nested": {"b": [], "a": {"deep": [true, {}]}}}',
  '{"id": 3, "id": 4, "price": 1E+2, "extra": null}',
].join('\n');

/** The exports whose readings by other tools are committed. */
export const EXPORTS: readonly { readonly name: string; readonly source: 'table' | 'lines'; readonly format: FileFormat; readonly more?: Partial<ExportWish> }[] = [
  { name: 'table.parquet', source: 'table', format: 'parquet' },
  { name: 'table.jsonl', source: 'table', format: 'jsonl' },
  { name: 'table.jsonl.gz', source: 'table', format: 'jsonl.gz' },
  { name: 'table.csv', source: 'table', format: 'csv' },
  { name: 'table.tar', source: 'table', format: 'tar', more: { roles: { key: 'uid', text: 'caption' } } },
  { name: 'table.txt', source: 'table', format: 'ids', more: { roles: { key: 'hash' } } },
  { name: 'table.npy', source: 'table', format: 'npy', more: { roles: { key: 'uid' } } },
  { name: 'sorted.parquet', source: 'table', format: 'parquet', more: { query: { conditions: [], sort: [{ column: ['uid'], descending: true }] } } },
  { name: 'sample.jsonl', source: 'table', format: 'jsonl', more: { sample: { rows: 5, seed: 7, by: ['flag'] }, columns: [0, 1] } },
  { name: 'lines.jsonl', source: 'lines', format: 'jsonl' },
  { name: 'columns.jsonl', source: 'lines', format: 'jsonl', more: { columns: [3, 1, 0] } },
  { name: 'lines.parquet', source: 'lines', format: 'parquet', more: { columns: [0, 2, 3] } },
];

/** Writes all of them into a folder. @returns their summaries by name */
export async function writeExports(engine: QueryEngine, folder: string): Promise<Map<string, ExportSummary>> {
  await mkdir(folder, { recursive: true });
  const lines = join(engine.folder, 'lines.jsonl');
  await writeFile(lines, LINES);
  const shards = { table: (await engine.open(await engine.parquet('table.parquet', TABLE))).shard, lines: (await engine.open(lines)).shard };
  const summaries = new Map<string, ExportSummary>();
  for (const { name, source, format, more } of EXPORTS) {
    const wish: ExportWish = { query: EVERYTHING, format, path: join(folder, name), replace: true, ...more };
    summaries.set(name, await engine.request('shard/export', { shard: shards[source], export: 1, wish }));
  }
  return summaries;
}
