/** One contender of the benchmark of saving in a process of its own, so that its peak of memory is its own: answers with a line of JSON. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { configureDuckdb } from '../../extension/engine/duckdb/session.ts';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { writtenAt } from '../../extension/engine/edits/handlers.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';

/** Bytes of memory that DuckDB may take, in MiB, and its threads. */
const LIMITS = { memory: 1024, threads: 2 };
const never = new AbortController().signal;

/** Edits one cell of an open shard and saves it. Opening and counting its rows are not part of a save. */
async function loupe(path: string, column: string, row: number): Promise<object> {
  const cacheFolder = join(tmpdir(), 'loupe-bench-saving');
  configureDuckdb({ ...LIMITS, cacheFolder });
  const shard = await openShard(path, { cacheFolder, cacheBytes: 16 * 1024 ** 3, changed: () => undefined, signal: never });
  await shard.settled();
  await shard.rewriter?.ready?.();
  const target = shard.rewriter?.targets().find((each) => 'path' in each && each.path.join('.') === column);
  if (shard.rewriter === undefined || target === undefined || !('path' in target)) throw new Error(`${column} cannot be edited`);
  const old = await writtenAt(shard, row, target.path, never);
  if (old === null) throw new Error(`${column} of row ${row} cannot be edited`);
  const edits = new EditSet([{ kind: 'cell', row, path: target.path, old, new: { json: '"a caption that says what is in the picture"' } }]);
  // Under another name: every round begins with the file as it was made.
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const begin = performance.now();
  const { bytesEncoded, bytesCopied } = await saveShard(LOCAL_FILES, { rewriter: shard.rewriter, edits, target: { path: `${path}.saved` }, expected: null }, never);
  const ms = performance.now() - begin;
  clearInterval(watch);
  await shard.close();
  return { ms, bytesEncoded, bytesCopied, memory: Math.max(peak, process.memoryUsage.rss()) - before };
}

/** Writes the whole file again with one value changed, as a script would. */
async function duckdb(path: string, column: string, row: number): Promise<object> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: `${LIMITS.memory}MiB`, threads: String(LIMITS.threads), temp_directory: join(tmpdir(), 'loupe-bench-spill') });
  const connection = await instance.connect();
  const before = process.memoryUsage.rss();
  const begin = performance.now();
  const value = `CASE WHEN file_row_number = ${row} THEN 'a caption that says what is in the picture' ELSE "${column}" END`;
  await connection.run(`COPY (SELECT * EXCLUDE (file_row_number) REPLACE (${value} AS "${column}") FROM read_parquet(${quoteText(path)}, file_row_number = true)) TO ${quoteText(`${path}.rewritten`)} (FORMAT parquet, COMPRESSION zstd)`);
  return { ms: performance.now() - begin, memory: process.resourceUsage().maxRSS * 1024 - before };
}

const [contender, path = '', column = '', row = '0'] = process.argv.slice(2);
console.log(JSON.stringify(await (contender === 'duckdb' ? duckdb : loupe)(path, column, Number(row))));
process.exit(0);
