/**
 * `node tests/bench/pages.ts`: the bytes of fifty pictures of a Parquet file of 1 GB, read by page, against DuckDB and
 * hyparquet, and of a tar of 2 GB. Nothing is decoded: it is what comes before the thumbnails.
 */
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { PictureWindows } from '../../extension/engine/picture-windows.ts';
import { openParquet } from '../../extension/engine/shards/parquet/open.ts';
import { openTar } from '../../extension/engine/shards/webdataset/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { GRID_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { below, runSeed, seededRandom } from '../support/random.ts';
import { benchData, picturesParquet } from './data.ts';
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
await benchTar((await benchData()).tar);

async function benchFile(title: string, path: string): Promise<void> {
  const shard = await openParquet(path, { cacheFolder: tmpdir(), cacheBytes: 0, changed: () => undefined, signal });
  const { screens, scattered } = placesIn(shard.state().rows);
  await benchPlaces(`${title}: a screen of ${PICTURES} at a random place`, path, shard, screens, true);
  await benchPlaces(`${title}: ${PICTURES} rows at random`, path, shard, scattered, false);
  await benchGallery(`${title}, as the gallery reads it`, shard, 0, screens, scattered);
  await shard.close();
}

function placesIn(rows: number): { readonly screens: Places; readonly scattered: Places } {
  const random = seededRandom(runSeed());
  const screens = Array.from({ length: ROUNDS + 1 }, () => {
    const start = below(random, rows - PICTURES);
    return Array.from({ length: PICTURES }, (_, i) => start + i);
  });
  const scattered = Array.from({ length: ROUNDS + 1 }, () => [...new Set(Array.from({ length: PICTURES }, () => below(random, rows)))].sort((a, b) => a - b));
  return { screens, scattered };
}

/** A tar against reads of the same bytes by somebody who knows where they are. */
async function benchTar(path: string): Promise<void> {
  const shard = await openTar(path, 'none', { cacheFolder: tmpdir(), cacheBytes: 0, changed: () => undefined, signal });
  await shard.settled();
  const { rows, columns } = shard.state();
  const column = columns.find(({ kind }) => kind === 'image')?.index ?? 0;
  const { screens, scattered } = placesIn(rows);
  const members = await Promise.all(screens.map((places) => Promise.all(places.map(async (row) => (await shard.members(row, signal))?.find(({ field }) => field === 'jpg')))));
  const file = await open(path);
  const direct = async (turn: number): Promise<undefined> => {
    for (const member of members[turn + 1] ?? []) if (member !== undefined) await file.read(Buffer.alloc(member.size), 0, member.size, member.offset);
  };
  const bytes: number[] = [];
  const ours = { name: 'loupe', run: (turn: number) => readCounted(shard, turn, bytes, async () => checkPictures((await shard.readRows({ rows: screens[turn + 1] ?? [], columns: [column], limits }, signal))[0] ?? [], PICTURES)) };
  const title = `tar: a screen of ${PICTURES} at a random place`;
  const times = await interleaved([ours, { name: 'plain reads', run: direct }], ROUNDS);
  report(title, times, `read: ${(median(bytes) / 1e6).toFixed(1)} MB`);
  told(title, times, bytes);
  await file.close();
  await benchGallery('tar, as the gallery reads it', shard, column, screens, scattered);
  await shard.close();
}

/** The same pictures through the windows in which the gallery reads them: more than it shows, for what is scrolled to next. */
async function benchGallery(title: string, shard: Shard, column: number, screens: Places, scattered: Places): Promise<void> {
  for (const [kind, places, from] of [['a screen', screens, shard], ['a sorted screen', scattered, null]] as const) {
    const bytes: number[] = [];
    const run = (turn: number): Promise<undefined> =>
      readCounted(shard, turn, bytes, async () => {
        const rows = places[turn + 1] ?? [];
        const windows = new PictureWindows();
        // Of a sorted view, the places are neighbours and the rows are not.
        const seen = from ?? inOrder(shard, rows);
        const positions = from === null ? rows.map((_, i) => i) : rows;
        const values = await Promise.all(positions.map((position) => windows.cell(seen, position, column, signal)));
        checkPictures(values.flatMap((value) => (value === undefined ? [] : [value])), rows.length);
      });
    const times = await interleaved([{ name: 'loupe', run }], ROUNDS);
    report(`${title}: ${kind}`, times, `read: ${(median(bytes) / 1e6).toFixed(1)} MB`);
    told(`${title}: ${kind}`, times, bytes);
  }
}

/** A shard whose rows come in another order. */
function inOrder(shard: Shard, order: readonly number[]): Pick<Shard, 'read' | 'state'> {
  const read: Shard['read'] = ({ start, end, columns, limits: wanted }, until) => shard.readRows({ rows: order.slice(start, end), columns, limits: wanted }, until);
  const state: Shard['state'] = () => ({ ...shard.state(), rows: order.length, rowsComplete: true });
  return { read, state };
}

async function readCounted(shard: Shard, turn: number, bytes: number[], read: () => Promise<void>): Promise<undefined> {
  const before = shard.state().bytesRead;
  await read();
  if (turn >= 0) bytes.push(shard.state().bytesRead - before);
}

function told(title: string, times: ReadonlyMap<string, number>, bytes: readonly number[]): void {
  verdict(`${title}, time`, times.get('loupe') ?? Number.NaN, AIM_MS, 'ms');
  verdict(`${title}, bytes`, median(bytes) / 1e6, AIM_MB, 'MB');
}

async function benchPlaces(title: string, path: string, shard: Shard, places: Places, isScreen: boolean): Promise<void> {
  const bytes: number[] = [];
  const ours = (turn: number): Promise<undefined> =>
    readCounted(shard, turn, bytes, async () => {
      const rows = places[turn + 1] ?? [];
      checkPictures((await shard.readRows({ rows, columns: [0], limits }, signal))[0] ?? [], rows.length);
    });
  const times = await interleaved(
    [
      { name: 'loupe', run: ours },
      { name: 'duckdb', run: (turn) => readByDuckdb(duckdb, path, places[turn + 1] ?? []) },
    ],
    ROUNDS,
  );
  // The aim is a time of ours alone: what DuckDB leaves in memory and in its threads slows whoever comes after it.
  const alone = await interleaved([{ name: 'loupe', run: ours }], ROUNDS);
  const peer = await CountedFile.open(path);
  const slow = isScreen ? await interleaved([{ name: 'hyparquet', run: (turn) => peer.read('image', places[turn + 1] ?? []) }], SLOW_ROUNDS) : new Map<string, number>();
  const megabytes = median(bytes) / 1e6;
  const theirs = (await chunkBytes(path, places.slice(1))) / 1e6;
  const byHyparquet = isScreen ? `, hyparquet ${(peer.bytes / (SLOW_ROUNDS + 1) / 1e6).toFixed(1)} MB` : '';
  report(title, new Map([...times, ...slow]), `read: loupe ${megabytes.toFixed(1)} MB, duckdb's chunks ${theirs.toFixed(1)} MB${byHyparquet}`);
  told(`${title}, alone`, alone, bytes);
}

function checkPictures(values: readonly Value[], count: number): void {
  const whole = values.filter((value) => {
    const [bytes] = typeof value === 'object' && value?.type === 'struct' ? value.entries.map(([, entry]) => entry) : [value];
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
