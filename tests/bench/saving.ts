/**
 * One caption changed in large shards: node tests/bench/saving.ts. Against a plain copy of the file, and of Parquet against
 * DuckDB and pyarrow that write it again, each in a process of its own and all in one run. With a word only the formats that
 * have it in their names.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, constants, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { footerOffset } from '../../extension/engine/shards/parquet-editing/edited-footer.ts';
import { askColumns } from '../../extension/engine/shards/parquet-pages/ask-pages.ts';
import { ChunkPlaces } from '../../extension/engine/shards/parquet-pages/chunk-places.ts';
import { FileSource } from '../../extension/engine/shards/source.ts';
import { oraclePython } from '../oracles/python.ts';
import { BENCH_FOLDER, benchData, madeOnce } from './data.ts';
import { interleaved, report, verdict, type Contender } from './measure.ts';

const ROUNDS = 3;
const MIB = 1024 ** 2;
/** Against a plain copy of the file; bytes encoded against those of the pages touched; pyarrow's time and memory against ours, and a copy that shares blocks, in milliseconds. */
const LIMITS = { copy: 1.5, encoded: 1.2, time: 10, memory: 20, reflink: 50 };
const { signal } = new AbortController();

interface Told {
  readonly ms: number;
  readonly memory: number;
  readonly bytesEncoded?: number;
  readonly bytesCopied?: number;
}

interface Case {
  readonly name: string;
  readonly path: string;
  readonly column: string;
  readonly row: number;
}

/** 1 GB of lines that compress to half. */
function makeZstd(path: string): Promise<void> {
  return withDuckdb(`COPY (SELECT 'doc-' || i AS id, list_reduce(list_transform(range(20), x -> md5((i * 31 + x)::VARCHAR)), (a, b) -> a || ' ' || b) AS text, i % 7 AS language
    FROM range(2700000) t(i)) TO ${quoteText(path)} (FORMAT json, COMPRESSION zstd)`);
}

async function withDuckdb(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '4GB', threads: '2' });
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

function ask(program: string, args: readonly string[]): Told {
  return JSON.parse(run(program, args).trim().split('\n').at(-1) ?? '') as Told;
}

/** Bytes of the page that holds a row, and of the footer: what has to be written. */
async function touched(path: string, column: number, row: number): Promise<number> {
  const source = await FileSource.open(path);
  try {
    const footer = source.byteLength - (await footerOffset(source));
    const [layout] = await askColumns(path, [column], 6, signal);
    let first = 0;
    for (const [group, rows] of (layout?.rowCounts ?? []).entries()) {
      const [leaf, chunk] = [layout?.leaves[0], layout?.leaves[0]?.chunks[group]];
      if (row < first + rows && leaf !== undefined && chunk) {
        const places = await ChunkPlaces.of({ path, chunk, maxRepetition: leaf.maxRepetition, rows }, signal);
        return footer + (places.pages.findLast(({ firstRow }) => firstRow <= row - first)?.size ?? 0);
      }
      first += rows;
    }
    return footer;
  } finally {
    await source.close();
  }
}

/** Whether a copy in this folder shares blocks. */
function sharesBlocks(path: string): boolean {
  const copy = join(BENCH_FOLDER, 'shared');
  try {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(copy, { force: true });
  }
}

async function measure({ name, path, column, row }: Case): Promise<void> {
  if (!name.includes(process.argv[2] ?? '')) return;
  const folder = join(BENCH_FOLDER, 'saving');
  mkdirSync(folder, { recursive: true });
  const edited = join(folder, path.slice(path.lastIndexOf('/') + 1));
  const told = new Map<string, Told>();
  const child = (contender: string) => (): Promise<number> => {
    const answer = ask(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'saving-child.ts'), contender, edited, column, String(row)]);
    told.set(contender, answer);
    return Promise.resolve(answer.ms);
  };
  const contenders: Contender[] = [
    { name: 'loupe', run: child('loupe') },
    { name: 'cp and fsync', run: timed(() => copied(edited, join(folder, 'copy'))) },
  ];
  const python = oraclePython();
  if (path.endsWith('.parquet')) {
    contenders.push({ name: 'duckdb', run: child('duckdb') });
    if (python === null) console.log('pyarrow is left out: run `npm run oracles` first');
    else contenders.push({ name: 'pyarrow', run: () => Promise.resolve((told.set('pyarrow', ask(python, [join(import.meta.dirname, 'peers/rewrite.py'), edited, column, String(row)])), told.get('pyarrow')?.ms)) });
  }
  const hasZstd = path.endsWith('.zst') && spawnSync('zstd', ['--version']).status === 0;
  if (hasZstd) contenders.push({ name: 'zstd -dc | zstd', run: timed(() => run('sh', ['-c', 'zstd -dcq "$1" | zstd -cq > "$2" && sync "$2"', 'sh', edited, join(folder, 'copy')])) });
  copyFileSync(path, edited);
  const pages = path.endsWith('.parquet') ? await touched(edited, 2, row) : 0;
  const times = await interleaved(contenders, ROUNDS);
  const own = told.get('loupe');
  report(`${name} (${(statSync(path).size / 1e9).toFixed(2)} GB)`, times, `encoded ${own?.bytesEncoded ?? 0}, copied ${own?.bytesCopied ?? 0} bytes; ${[...told].map(([who, { memory }]) => `${who} ${(memory / MIB).toFixed(0)} MiB`).join(', ')}`);
  const ms = times.get('loupe') ?? NaN;
  if (hasZstd) verdict(`${name}: time against zstd by pipe`, ms / (times.get('zstd -dc | zstd') ?? 1), LIMITS.copy, 'x');
  else if (sharesBlocks(edited)) verdict(`${name}: time where blocks are shared`, ms, LIMITS.reflink, 'ms');
  else if (!path.endsWith('.zst')) verdict(`${name}: time against a copy`, ms / (times.get('cp and fsync') ?? 1), LIMITS.copy, 'x');
  if (pages > 0) verdict(`${name}: bytes encoded against the pages touched`, (own?.bytesEncoded ?? NaN) / pages, LIMITS.encoded, 'x');
  const peer = told.get('pyarrow');
  if (peer !== undefined) {
    verdict(`${name}: time against pyarrow`, ms / (times.get('pyarrow') ?? NaN), 1 / LIMITS.time, 'x');
    verdict(`${name}: memory against pyarrow`, (own?.memory ?? NaN) / peer.memory, 1 / LIMITS.memory, 'x');
  }
  rmSync(folder, { recursive: true, force: true });
}

function copied(from: string, to: string): void {
  rmSync(to, { force: true });
  run('sh', ['-c', 'cp --reflink=never "$1" "$2" && sync "$2"', 'sh', from, to]);
}

/** A contender that is timed by the clock around it. */
function timed(work: () => unknown): Contender['run'] {
  return () => {
    work();
    return Promise.resolve(undefined);
  };
}

const data = await benchData();
const zstd = await madeOnce('texts.jsonl.zst', makeZstd);
if (!existsSync(zstd)) throw new Error('the compressed lines were not made');
await measure({ name: 'Parquet', path: data.parquet, column: 'text', row: 1_234_567 });
await measure({ name: 'JSON Lines', path: data.jsonl, column: 'text', row: 1_000_000 });
await measure({ name: 'tar', path: data.tar, column: 'txt', row: 9_876 });
await measure({ name: 'JSON Lines with zstd', path: zstd, column: 'text', row: 1_234_567 });
