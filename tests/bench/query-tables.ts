/** Filling the table that queries on JSON Lines run on, against DuckDB reading the same lines into a table of its own. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { closeDuckdb, configureDuckdb } from '../../extension/engine/duckdb/session.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { benchData } from './data.ts';
import { interleaved, report } from './measure.ts';

const ROUNDS = 3;
const LIMITS = { memory: 1024, threads: 2 };
const { signal } = new AbortController();

const { jsonl } = await benchData();
const folder = mkdtempSync(join(tmpdir(), 'loupe-bench-tables-'));
const megabytes = statSync(jsonl).size / 1e6;
configureDuckdb({ ...LIMITS, cacheFolder: folder });
let peak = 0;
const times = await interleaved(
  [
    { name: 'loupe', run: fill },
    { name: 'duckdb', run: direct },
  ],
  ROUNDS,
);
report('JSON Lines: filling a table', times, [...times].map(([name, ms]) => `${name} ${((megabytes / ms) * 1000).toFixed(0)} MB/s`).join(', '));
console.log(`resident memory at most ${(peak / 1e6).toFixed(0)} MB`);
await closeDuckdb();
rmSync(folder, { recursive: true, force: true });

/** The pass alone: the index of lines, which any open file has, is there before. */
async function fill(turn: number): Promise<number> {
  const cacheFolder = join(folder, `cache ${turn}`);
  const shard = await openShard(jsonl, { cacheFolder, cacheBytes: 20 * 1024 ** 3, changed: () => undefined, signal });
  await shard.settled();
  const columns = shard.state().columns.map(({ index }) => ({ index, fields: [] }));
  const begin = performance.now();
  await shard.relation(columns, () => (peak = Math.max(peak, process.memoryUsage().rss)), signal);
  const ms = performance.now() - begin;
  await shard.close();
  rmSync(cacheFolder, { recursive: true, force: true });
  return ms;
}

/** The raw text of each line, written and checkpointed. */
async function direct(turn: number): Promise<number> {
  const path = join(folder, `direct ${turn}.db`);
  const instance = await DuckDBInstance.create(path, { memory_limit: `${LIMITS.memory}MiB`, threads: String(LIMITS.threads) });
  const connection = await instance.connect();
  const begin = performance.now();
  await connection.run(`CREATE TABLE lines AS SELECT json FROM read_ndjson_objects(${quoteText(jsonl)}, ignore_errors = true)`);
  await connection.run('CHECKPOINT');
  const ms = performance.now() - begin;
  connection.closeSync();
  instance.closeSync();
  rmSync(path, { force: true });
  return ms;
}
