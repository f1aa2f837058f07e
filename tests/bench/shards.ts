/** `npm run bench`: opening, first, random and last rows of large shards, as ratios against other tools. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { EngineProcess } from '../support/engine-process.ts';
import { poll } from '../support/poll.ts';
import { below, runSeed, seededRandom } from '../support/random.ts';
import { benchData } from './data.ts';
import { interleaved, report, verdict, type Contender } from './measure.ts';
import { DirectDuckdb } from './peers/duckdb.ts';
import { Peer, type PeerRequest } from './peers/peer.ts';

const ROWS = 100;
const bundle = resolve(import.meta.dirname, '../../dist/engine.cjs');
if (!existsSync(bundle)) throw new Error('dist/engine.cjs is missing: run `npm run build` first');

const data = await benchData();
const peer = Peer.start();
await benchParquet(data.parquet);
await benchOwn('JSON Lines', data.jsonl, 'json');
await benchOwn('tar', data.tar, 'tarfile');
await benchMemory(data.jsonl);
peer?.stop();

async function startEngine(): Promise<EngineProcess> {
  return EngineProcess.start({ openTimeout: 60 }, bundle);
}

/** Opening and the first rows, over RPC as the host does. @returns milliseconds, closing not counted */
async function openAndRead(engine: EngineProcess, path: string): Promise<number> {
  const begin = performance.now();
  const { shard, state } = await engine.request('shard/open', { location: { kind: 'file', path } });
  await engine.request('shard/page', { shard, start: 0, end: ROWS, columns: state.columns.map((column) => column.index) });
  const ms = performance.now() - begin;
  await engine.request('shard/close', { shard });
  return ms;
}

async function benchParquet(path: string): Promise<void> {
  const engine = await startEngine();
  const duckdb = new DirectDuckdb();
  const opened = await interleaved([
    { name: 'loupe', run: () => openAndRead(engine, path) },
    { name: 'duckdb', run: () => duckdb.rows(path, 0, ROWS) },
    ...peerContender({ tool: 'pyarrow', path, count: ROWS }),
  ]);
  report('Parquet: open, first 100 rows', opened);
  verdict('open', opened.get('loupe') ?? 0, (opened.get('duckdb') ?? 0) * 1.1 + 10, 'ms');

  const { shard, state } = await engine.request('shard/open', { location: { kind: 'file', path } });
  const columns = state.columns.map((column) => column.index);
  const page = (start: number): Promise<undefined> => engine.request('shard/page', { shard, start, end: start + ROWS, columns }).then(() => undefined);
  const random = seededRandom(runSeed());
  const starts = Array.from({ length: 21 }, () => below(random, state.rows - ROWS));
  for (const [title, at] of [['Parquet: 100 rows at random', (turn: number) => starts[turn + 1] ?? 0], ['Parquet: last 100 rows', () => state.rows - ROWS]] as const) {
    const times = await interleaved([
      { name: 'loupe', run: (turn) => page(at(turn)) },
      { name: 'duckdb', run: (turn) => duckdb.rows(path, at(turn), ROWS) },
      { name: 'pyarrow', run: async (turn) => peer?.ask({ tool: 'pyarrow', path, start: at(turn), count: ROWS }) },
    ]);
    report(title, times);
    verdict(title, times.get('loupe') ?? 0, (times.get('duckdb') ?? 0) * 1.1 + 10, 'ms');
  }
  await engine.stop();
  await duckdb.stop();
  await benchParquetBytes(path);
}

/** Bytes read for one page of two columns, against footer and chunks of those columns in the row groups touched. */
async function benchParquetBytes(path: string): Promise<void> {
  const direct = await (await DuckDBInstance.create()).connect();
  const engine = await startEngine();
  const { shard, state } = await engine.request('shard/open', { location: { kind: 'file', path } });
  const visible = state.columns.filter(({ name }) => name === 'clip_score' || name === 'text');
  const start = Math.floor(state.rows / 2);
  await engine.request('shard/page', { shard, start, end: start + ROWS, columns: visible.map(({ index }) => index) });
  // DuckDB's log is summed behind the page; the state tells it when it is.
  const bytesRead = await poll('the bytes read', () => {
    const counted = engine.states.get(shard)?.bytesRead ?? 0;
    return counted > state.bytesRead + 100_000 ? counted : null;
  });
  const limit = await touchedBytes(direct, path, start, visible.map(({ name }) => name));
  verdict('Parquet: bytes for 100 rows of 2 columns, of 2x footer + chunks', bytesRead / 1e6, (2 * limit) / 1e6, 'MB');
  await engine.stop();
}

async function touchedBytes(direct: DuckDBConnection, path: string, start: number, names: readonly string[]): Promise<number> {
  const file = `'${path.replaceAll("'", "''")}'`;
  const groups = await direct.runAndReadAll(`SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(${file}) ORDER BY 1`);
  let first = 0n;
  const touched: string[] = [];
  for (const [id, rows] of groups.getRows() as [bigint, bigint][]) {
    if (first < BigInt(start + ROWS) && first + rows > BigInt(start)) touched.push(String(id));
    first += rows;
  }
  const chunks = await direct.runAndReadAll(
    `SELECT sum(total_compressed_size)::DOUBLE FROM parquet_metadata(${file}) WHERE row_group_id IN (${touched.join(',')}) AND path_in_schema IN (${names.map((name) => `'${name}'`).join(',')})`,
  );
  const footer = await direct.runAndReadAll(`SELECT footer_size::DOUBLE FROM parquet_file_metadata(${file})`);
  return Number(chunks.getRows()[0]?.[0]) + Number(footer.getRows()[0]?.[0]);
}

/** JSON Lines and tar: our own readers, beside Python's. The random row waits for no index: it is built before. */
async function benchOwn(title: string, path: string, tool: 'json' | 'tarfile'): Promise<void> {
  const engine = await startEngine();
  report(`${title}: open, first 100 rows`, await interleaved([{ name: 'loupe', run: () => openAndRead(engine, path) }, ...peerContender({ tool, path, count: ROWS })]));

  const begin = performance.now();
  const { shard, state } = await engine.request('shard/open', { location: { kind: 'file', path } });
  await poll(`${title}: index`, () => engine.states.get(shard)?.rowsComplete, 600_000);
  const rows = engine.states.get(shard)?.rows ?? 0;
  console.log(`${title}: ${rows} rows of ${(state.fileSize / 1e9).toFixed(2)} GB indexed in ${((performance.now() - begin) / 1000).toFixed(2)} s`);
  const columns = state.columns.map((column) => column.index);
  const random = seededRandom(runSeed());
  const starts = Array.from({ length: 21 }, () => below(random, rows - ROWS));
  const page = (start: number): Promise<undefined> => engine.request('shard/page', { shard, start, end: start + ROWS, columns }).then(() => undefined);
  // The peer reads from the beginning each time: few rounds are enough to show by how much.
  const peerRounds = await interleaved(peerAt(tool, path, starts), 3);
  const own = await interleaved([{ name: 'loupe', run: (turn) => page(starts[turn + 1] ?? 0) }]);
  report(`${title}: 100 rows at random`, new Map([...own, ...peerRounds]), `${tool}: 3 rounds`);
  const last = await interleaved([{ name: 'loupe', run: () => page(rows - ROWS) }]);
  const peerLast = await interleaved(peerAt(tool, path, [rows - ROWS, rows - ROWS]), 1);
  report(`${title}: last 100 rows`, new Map([...last, ...peerLast]), `${tool}: 1 round`);
  await engine.stop();
}

/** Memory of the engine after the first gigabyte of JSON Lines, and at the end of the second. */
async function benchMemory(path: string): Promise<void> {
  const engine = await startEngine();
  const { shard } = await engine.request('shard/open', { location: { kind: 'file', path } });
  await poll('the first gigabyte', () => (engine.states.get(shard)?.progress?.done ?? 0) >= 1e9 || engine.states.get(shard)?.rowsComplete, 600_000);
  const half = (await engine.request('engine/status', {})).residentMemory;
  await poll('the end', () => engine.states.get(shard)?.rowsComplete, 600_000);
  const whole = (await engine.request('engine/status', {})).residentMemory;
  console.log(`JSON Lines: engine memory ${(half / 1e6).toFixed(0)} MB after the first GB, ${(whole / 1e6).toFixed(0)} MB at the end`);
  verdict('JSON Lines: memory at the end of 2 GB, of that after 1 GB', whole / half, 1.1, 'x');
  await engine.stop();
}

function peerContender(request: PeerRequest): Contender[] {
  return peer === null ? [] : [{ name: request.tool, run: () => peer.ask(request) }];
}

function peerAt(tool: PeerRequest['tool'], path: string, starts: readonly number[]): Contender[] {
  return peer === null ? [] : [{ name: tool, run: (turn) => peer.ask({ tool, path, start: starts[turn + 1] ?? 0, count: ROWS }) }];
}
