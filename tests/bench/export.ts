/**
 * Exports of 10 M rows against DuckDB's own COPY of the same rows to the same format: node tests/bench/export.ts. Both
 * have the same memory and threads. With a word only the comparisons that have it in their title.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { closeDuckdb, configureDuckdb } from '../../extension/engine/duckdb/session.ts';
import { exportRows } from '../../extension/engine/export/export-rows.ts';
import { IdTables } from '../../extension/engine/queries/id-tables.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import type { ExportWish, FileFormat } from '../../extension/protocol/export.ts';
import { EVERYTHING, type Query } from '../../extension/protocol/queries.ts';
import { interleaved, report, verdict } from './measure.ts';

const ROWS = 10_000_000;
const ROUNDS = 3;
const LIMITS = { memory: 1024, threads: 2 };
/** What an export may cost, against DuckDB's COPY. */
const MOST = 1.2;

const { signal } = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'loupe-bench-export-'));
const source = join(folder, 'rows.parquet');
const idTables = new IdTables(() => ({ cacheFolder: folder, cacheBytes: 1024 ** 3 }));

async function direct(sql: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${LIMITS.memory}MiB`, threads: String(LIMITS.threads), temp_directory: join(folder, 'peer') });
  const connection = await instance.connect();
  const begin = performance.now();
  await connection.run(sql);
  const ms = performance.now() - begin;
  connection.closeSync();
  instance.closeSync();
  return ms;
}

await direct(`COPY (SELECT range AS id, (hash(range) % 1_000_000)::INTEGER AS number, hash(range) / 1e19 AS score, md5(range::VARCHAR) AS uid, 'caption ' || range AS caption
  FROM range(${ROWS})) TO ${quoteText(source)} (FORMAT parquet)`);
configureDuckdb({ ...LIMITS, cacheFolder: folder });
const shard = await openShard(source, { cacheFolder: folder, cacheBytes: 1024 ** 3, changed: () => undefined, signal });

async function loupe(format: FileFormat, more: Partial<ExportWish> = {}): Promise<number> {
  const path = join(folder, `loupe.${format}`);
  const begin = performance.now();
  await exportRows(shard, { query: EVERYTHING, format, path, replace: true, ...more }, { open: [], circumstances: { idTables, signal, report: () => undefined }, progress: () => undefined });
  return performance.now() - begin;
}

function peer(select: string, options: string): Promise<number> {
  return direct(`COPY (${select}) TO ${quoteText(join(folder, 'peer.out'))} (${options})`);
}

const ratios = new Map<string, number>();

async function compare(title: string, format: FileFormat, more: Partial<ExportWish>, select: string, options: string): Promise<void> {
  if (!title.includes(process.argv[2] ?? '')) return;
  const times = await interleaved([{ name: 'loupe', run: () => loupe(format, more) }, { name: 'duckdb', run: () => peer(select, options) }], ROUNDS);
  report(title, times);
  ratios.set(title, (times.get('loupe') ?? Infinity) / (times.get('duckdb') ?? 1));
}

const rows = `SELECT * FROM read_parquet(${quoteText(source)})`;
const filter: Query = { conditions: [{ type: 'range', column: ['score'], min: '0.9' }], sort: [{ column: ['number'], descending: true }] };
await compare('Parquet, 10 M rows', 'parquet', {}, rows, 'FORMAT parquet, COMPRESSION zstd');
await compare('CSV, 10 M rows', 'csv', {}, rows, 'FORMAT csv, HEADER true');
await compare('JSON Lines, 10 M rows', 'jsonl', {}, rows, 'FORMAT json');
await compare('JSON Lines with zstd, 10 M rows', 'jsonl.zst', {}, rows, 'FORMAT json, COMPRESSION zstd');
await compare('Parquet, filtered and sorted', 'parquet', { query: filter }, `${rows} WHERE score >= 0.9 ORDER BY number DESC`, 'FORMAT parquet, COMPRESSION zstd');
await compare('Parquet, 10 files', 'parquet', { fileSize: { unit: 'rows', size: ROWS / 10 } }, rows, 'FORMAT parquet, COMPRESSION zstd');
for (const [title, ratio] of ratios) verdict(`export against COPY: ${title}`, ratio, MOST, 'x');
await shard.close();
await closeDuckdb();
rmSync(folder, { recursive: true, force: true });
