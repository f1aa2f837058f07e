/** Cells of bytes and texts, read by the pages that hold them, against DuckDB; and the same on damaged files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../extension/engine/duckdb/session.ts';
import { openParquet } from '../../extension/engine/shards/parquet/open.ts';
import { ParquetFile, type ParquetTable } from '../../extension/engine/shards/parquet/table.ts';
import { CellPages } from '../../extension/engine/shards/parquet-pages/cell-pages.ts';
import { PagedColumn } from '../../extension/engine/shards/parquet-pages/paged-column.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { mutate } from '../support/mutate.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';
import { parseExactly, sameAsJson, type Json } from './parquet-json.ts';

/** Files of the corpus in a plain run, and the rows of each column that are compared there. */
const SAMPLE_FILES = 100;
const SAMPLE_ROWS = 500;
/** Rows asked for at once: a page's worth and more, so that rows cross pages. */
const BATCH = isLongRun() ? 5_000 : 250;
const DAMAGED = isLongRun() ? 5_000 : 300;
const MAX_SEED_BYTES = 200_000;
/** A column that is not read by then counts as a hang, in milliseconds: a child process may be given up for each of its leaves. */
const HANG = 60_000;

const corpus = corpusFolder();
if (corpus === null) reportSkipped('parquet', 'cells by page');
const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'loupe-pages-'));
const context = { cacheFolder: folder, cacheBytes: 0, changed: () => undefined, signal };

afterAll(async () => {
  await closeDuckdb();
  rmSync(folder, { recursive: true, force: true });
});

/** What became of cells, in numbers. */
class Tally {
  files = 0;
  cells = 0;
  equal = 0;
  readonly differences: string[] = [];
  readonly #left = new Map<string, number>();

  leave(why: string, cells: number): void {
    this.#left.set(why, (this.#left.get(why) ?? 0) + cells);
  }

  left(why: string): number {
    return this.#left.get(why) ?? 0;
  }

  toString(): string {
    const left = [...this.#left].map(([why, cells]) => `${cells}: ${why}`).join('; ');
    return `${this.files} files, ${this.cells} cells by page, ${this.equal} equal to DuckDB's; left to DuckDB: ${left || 'none'}`;
  }
}

describe.skipIf(corpus === null)('cells of the corpus by page', () => {
  it("are equal to DuckDB's", { timeout: 3_600_000 }, async () => {
    const tally = new Tally();
    for (const path of sample(parquetFiles(join(corpus ?? '', 'parquet')), isLongRun() ? Infinity : SAMPLE_FILES)) await compareFile(path, tally);
    console.log(`parquet: ${tally.toString()}`);
    expect(tally.differences).toEqual([]);
    expect(tally.equal).toBe(tally.cells);
    expect(tally.cells).toBeGreaterThan(isLongRun() ? 900_000 : 2_000);
    // Nothing that DuckDB reads is left out for one of these.
    expect(tally.left('too-large')).toBe(0);
    expect(tally.left('the footer does not describe it')).toBe(0);
    expect(tally.left('its schema does not fit its type')).toBe(0);
  });

  it("are what hyparquet read where DuckDB cannot: Hadoop's LZ4, split bytes of fixed length", async () => {
    const root = join(corpus ?? '', 'parquet/hyparquet');
    for (const [name, column] of [['hadoop_lz4_compressed', 1], ['byte_stream_split_extended.gzip', 10], ['byte_stream_split_extended.gzip', 11]] as const) {
      const golden = parseExactly(readFileSync(join(root, `${name}.json`), 'utf8')) as readonly (readonly Json[])[];
      const { paged } = await openColumn(join(root, `${name}.parquet`), column);
      const values = await paged.read(golden.map((_, row) => row), WHOLE_LIMITS, signal);
      expect(golden.length, name).toBeGreaterThan(0);
      for (const [row, value] of values.entries()) expect(sameAsJson(value, golden[row]?.[column]), `${name} ${row}: ${JSON.stringify(value)}`).toBe(true);
    }
  });
});

describe('damaged files by page', () => {
  it(`end in values or an error that names the file, ${DAMAGED} of them, seed ${runSeed()}`, { timeout: 3_600_000 }, async () => {
    const own = parquetFiles(resolve(import.meta.dirname, '../oracles/pyarrow')).filter((path) => /pages-|texts|nested/.test(path));
    const others = corpus === null ? [] : parquetFiles(join(corpus, 'parquet')).filter((path) => statSync(path).size <= MAX_SEED_BYTES);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < DAMAGED; i++) {
      const random = seededRandom(runSeed() + i);
      const pool = i % 2 === 0 || others.length === 0 ? own : others;
      const outcome = await damageOne(pool[below(random, pool.length)] ?? '', random);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    console.log(`parquet: ${DAMAGED} damaged files by page: ${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
    expect(outcomes.get('malformed')).toBeGreaterThan(DAMAGED / 20);
    expect(outcomes.get('read')).toBeGreaterThan(DAMAGED / 20);
  });
});

async function compareFile(path: string, tally: Tally): Promise<void> {
  const shard = await openParquet(path, context).catch(() => null);
  if (shard === null) return;
  tally.files++;
  const file = await ParquetFile.at(path);
  const table = await file.table({ signal });
  const closed = new AbortController();
  const cells = new CellPages(file, table, closed.signal);
  for (const [index, { type }] of table.columns.entries()) {
    if (!holdsLeaves(type)) continue;
    const [column] = await cells.columns([index]);
    if (column instanceof PagedColumn) await compareColumn(shard, column, index, table.rows, tally);
    else tally.leave(column?.reason ?? '', table.rows);
  }
  closed.abort();
  await shard.close();
}

async function compareColumn(shard: Shard, column: PagedColumn, index: number, count: number, tally: Tally): Promise<void> {
  const rows = sample(Array.from({ length: count }, (_, row) => row), isLongRun() ? Infinity : SAMPLE_ROWS).sort((a, b) => a - b);
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH);
    const wanted = await readByDuckdb(shard, index, batch);
    try {
      const found = await column.read(batch, WHOLE_LIMITS, signal);
      if (wanted === 'refused') tally.leave('DuckDB refuses it, though it is read by page', batch.length);
      else countEqual(found, wanted, `${shard.state().path} column ${index}`, batch, tally);
    } catch (error) {
      if (!(error instanceof LoupeError)) throw error;
      tally.leave(`${error.code}${wanted === 'refused' ? ', and DuckDB refuses it too' : ''}`, batch.length);
    }
  }
}

async function readByDuckdb(shard: Shard, index: number, rows: readonly number[]): Promise<readonly Value[] | 'refused'> {
  try {
    const [start, end] = [rows[0] ?? 0, (rows.at(-1) ?? 0) + 1];
    const wanted = { columns: [index], limits: WHOLE_LIMITS };
    const [values] = await (end - start === rows.length ? shard.read({ ...wanted, start, end }, signal) : shard.readRows({ ...wanted, rows }, signal));
    return values ?? 'refused';
  } catch {
    return 'refused';
  }
}

function countEqual(found: readonly Value[], wanted: readonly Value[], where: string, rows: readonly number[], tally: Tally): void {
  for (const [at, row] of rows.entries()) {
    tally.cells++;
    if (isDeepStrictEqual(found[at], wanted[at])) tally.equal++;
    else if (tally.differences.length < 20) tally.differences.push(`${where} row ${row}: ${short(found[at])} instead of ${short(wanted[at])}`);
  }
}

function short(value: Value | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 200);
}

/** Whether a column has bytes or texts anywhere. */
function holdsLeaves(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.VARCHAR:
      return true;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return holdsLeaves(type.valueType);
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.some(holdsLeaves);
    case DuckDBTypeId.MAP:
      return holdsLeaves(type.keyType) || holdsLeaves(type.valueType);
    default:
      return false;
  }
}

async function openColumn(path: string, index: number): Promise<{ paged: PagedColumn; table: ParquetTable }> {
  const file = await ParquetFile.at(path);
  const table = await file.table({ signal });
  const [paged] = await new CellPages(file, table, signal).columns([index]);
  if (!(paged instanceof PagedColumn)) throw new Error(`${path} column ${index}: ${paged?.reason}`);
  return { paged, table };
}

const tables = new Map<string, Promise<ParquetTable | null>>();

/** What the sound file's table is: DuckDB is not asked about the damaged one. */
function soundTable(path: string): Promise<ParquetTable | null> {
  const known = tables.get(path) ?? ParquetFile.at(path).then((file) => file.table({ signal })).catch(() => null);
  tables.set(path, known);
  return known;
}

/** Reads the columns of a damaged copy; says how it went. @throws where it ends in no error for a user, or not at all */
async function damageOne(original: string, random: () => number): Promise<string> {
  const table = await soundTable(original);
  if (table === null) return 'not opened when sound';
  const { bytes, damage } = mutate(readFileSync(original), random);
  const path = join(folder, basename(original));
  writeFileSync(path, bytes);
  const closed = new AbortController();
  const cells = new CellPages(await ParquetFile.at(path), table, closed.signal);
  const name = `${damage} of ${original}`;
  let outcome = 'not by page';
  try {
    for (const column of await cells.columns(table.columns.map((_, index) => index))) {
      if (!(column instanceof PagedColumn)) continue;
      const answer = await inTime(column.read(someRows(table.rows, random), WHOLE_LIMITS, signal), name).then(() => 'read', told(path, name));
      if (outcome !== 'malformed') outcome = answer;
    }
  } finally {
    closed.abort();
  }
  return outcome;
}

function told(path: string, name: string): (error: unknown) => string {
  return (error) => {
    if (!(error instanceof LoupeError) || error.path !== path || error.place === undefined) throw new Error(`${name}: ${String(error)}`, { cause: error });
    expect(error.message, name).toContain(basename(path));
    return error.code;
  };
}

function someRows(count: number, random: () => number): number[] {
  const rows = new Set(Array.from({ length: Math.min(count, 20) }, () => below(random, count)));
  return [...rows].sort((a, b) => a - b);
}

/** A hang is a failure with a name, not a stuck run. */
async function inTime<T>(work: Promise<T>, name: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no end within ${HANG} ms: ${name}`)), HANG);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function parquetFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());
}

/** At most `count` of the list, by the run's seed. */
function sample<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  const random = seededRandom(runSeed());
  return list
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ item }) => item);
}
