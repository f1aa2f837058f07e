/**
 * `node tests/bench/pages.ts`: the bytes of fifty pictures of a Parquet file of 1 GB, read by page, against DuckDB and
 * hyparquet. Nothing is decoded: it is what comes before the thumbnails.
 */
import { tmpdir } from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { openParquet } from '../../extension/engine/shards/parquet/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { GRID_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { below, runSeed, seededRandom } from '../support/random.ts';
import { picturesParquet } from './data.ts';
import { interleaved, median, report, verdict } from './measure.ts';
import { CountedFile } from './peers/hyparquet.ts';

const PICTURES = 50;
const ROUNDS = 20;
/** hyparquet takes seconds. */
const SLOW_ROUNDS = 3;
const MAX_PICTURE = 1024 * 1024;
const AIM_MS = 30;
const AIM_MB = 15;

/** Rows of each round, and one round more that is not counted. */
type Places = readonly (readonly number[])[];

const signal = new AbortController().signal;
const limits = { ...GRID_LIMITS, bytes: MAX_PICTURE };
const duckdb = await (await DuckDBInstance.create()).connect();
const { indexed, walked } = await picturesParquet();
await benchFile('offset index', indexed);
await benchFile('no offset index', walked);
duckdb.closeSync();

async function benchFile(title: string, path: string): Promise<void> {
  const shard = await openParquet(path, { cacheFolder: tmpdir(), cacheBytes: 0, changed: () => undefined, signal });
  const { rows } = shard.state();
  const random = seededRandom(runSeed());
  const screens: Places = Array.from({ length: ROUNDS + 1 }, () => {
    const start = below(random, rows - PICTURES);
    return Array.from({ length: PICTURES }, (_, i) => start + i);
  });
  const scattered: Places = Array.from({ length: ROUNDS + 1 }, () => [...new Set(Array.from({ length: PICTURES }, () => below(random, rows)))].sort((a, b) => a - b));
  await benchPlaces(`${title}: a screen of ${PICTURES} at a random place`, path, shard, screens, true);
  await benchPlaces(`${title}: ${PICTURES} rows at random`, path, shard, scattered, false);
  await shard.close();
}

async function benchPlaces(title: string, path: string, shard: Shard, places: Places, isScreen: boolean): Promise<void> {
  const bytes: number[] = [];
  const ours = async (turn: number): Promise<undefined> => {
    const before = shard.state().bytesRead;
    const rows = places[turn + 1] ?? [];
    checkPictures((await shard.readRows({ rows, columns: [0], limits }, signal))[0] ?? [], rows.length);
    if (turn >= 0) bytes.push(shard.state().bytesRead - before);
  };
  const times = await interleaved(
    [
      { name: 'loupe', run: ours },
      { name: 'duckdb', run: (turn) => readByDuckdb(duckdb, path, places[turn + 1] ?? []) },
    ],
    ROUNDS,
  );
  const peer = await CountedFile.open(path);
  const slow = isScreen ? await interleaved([{ name: 'hyparquet', run: (turn) => peer.read('image', places[turn + 1] ?? []) }], SLOW_ROUNDS) : new Map<string, number>();
  const megabytes = median(bytes) / 1e6;
  const theirs = (await chunkBytes(path, places.slice(1))) / 1e6;
  const byHyparquet = isScreen ? `, hyparquet ${(peer.bytes / (SLOW_ROUNDS + 1) / 1e6).toFixed(1)} MB` : '';
  report(title, new Map([...times, ...slow]), `read: loupe ${megabytes.toFixed(1)} MB, duckdb's chunks ${theirs.toFixed(1)} MB${byHyparquet}`);
  verdict(`${title}, time`, times.get('loupe') ?? Number.NaN, AIM_MS, 'ms');
  verdict(`${title}, bytes`, megabytes, AIM_MB, 'MB');
}

function checkPictures(values: readonly Value[], count: number): void {
  const whole = values.filter((value) => {
    const [bytes] = typeof value === 'object' && value?.type === 'struct' ? value.entries.map(([, entry]) => entry) : [];
    return typeof bytes === 'object' && bytes?.type === 'bytes' && bytes.head.length === bytes.size && bytes.head[0] === 0xff && bytes.head[1] === 0xd8;
  });
  if (whole.length !== count) throw new Error(`${whole.length} pictures of ${count}`);
}

async function readByDuckdb(connection: DuckDBConnection, path: string, rows: readonly number[]): Promise<undefined> {
  const [first, last] = [rows[0] ?? 0, rows.at(-1) ?? 0];
  const condition = last - first + 1 === rows.length ? `BETWEEN ${first} AND ${last}` : `IN (${rows.join(', ')})`;
  const reader = await connection.runAndReadAll(`SELECT image.bytes FROM read_parquet($1) WHERE file_row_number ${condition}`, [path]);
  if (reader.getColumns()[0]?.length !== rows.length) throw new Error('DuckDB found other rows');
}

/** Bytes of the chunks that hold a round's rows, in the mean: DuckDB reads them whole. */
async function chunkBytes(path: string, places: Places): Promise<number> {
  const reader = await duckdb.runAndReadAll(
    "SELECT row_group_num_rows::DOUBLE, sum(total_compressed_size)::DOUBLE FROM parquet_metadata($1) WHERE path_in_schema LIKE 'image%' GROUP BY row_group_id, 1 ORDER BY row_group_id",
    [path],
  );
  const groups = reader.getRows().map(([rows, bytes]) => ({ rows: Number(rows), bytes: Number(bytes) }));
  let sum = 0;
  for (const rows of places) {
    let first = 0;
    for (const group of groups) {
      if (rows.some((row) => row >= first && row < first + group.rows)) sum += group.bytes;
      first += group.rows;
    }
  }
  return sum / places.length;
}
