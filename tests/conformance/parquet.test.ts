import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../extension/engine/duckdb/session.ts';
import { openParquet } from '../../extension/engine/shards/parquet/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import type { Column } from '../../extension/protocol/shards.ts';
import { WHOLE_LIMITS, type Value, type ValueLimits } from '../../extension/protocol/values.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';
import type { Exception } from './exception.ts';
import { cutValue } from './parquet-cut.ts';
import { duckdbText } from './parquet-text.ts';

/** One file of the oracle: what DuckDB 1.5.6 said about it on its own command line. */
interface Expected {
  readonly rows?: string;
  readonly full_scan_rows?: string;
  readonly columns?: readonly (readonly [name: string, type: string])[];
  readonly head?: readonly (readonly (string | null)[])[];
  readonly read_error?: string;
  readonly footer_error?: string;
}

/** Differences that are understood; at most 20. */
const EXCEPTIONS: readonly Exception[] = [];

const LONG_ENOUGH = 30_000;
const SMALL: ValueLimits = { text: 7, bytes: 5, items: 2, summariseVectors: true };
const corpus = corpusFolder();

afterAll(closeDuckdb);

describe('every Parquet file of the corpus', () => {
  if (corpus === null) {
    reportSkipped('parquet', 'all files');
    it.skip('needs the corpus', () => undefined);
    return;
  }
  const oracle = readOracle<Record<string, { readonly duckdb: Expected }>>(corpus, 'parquet/oracle.json');
  const files = Object.entries(oracle).map(([file, { duckdb }]) => [file, duckdb] as const);

  it('has at most 20 exceptions', () => expect(EXCEPTIONS.length).toBeLessThanOrEqual(20));

  it('gives the rows, columns and first cells that DuckDB gives', { timeout: 1_800_000 }, async () => {
    const tally = { files: 0, cells: 0, refused: 0, partly: 0 };
    const differences: string[] = [];
    for (const [file, expected] of files) {
      const found = await examine(join(corpus, file), expected, tally);
      differences.push(...found.map(({ place, ours, theirs }) => `${file} ${place}: ${ours} instead of ${theirs}`));
    }
    console.log(`parquet: ${tally.files} files agree with DuckDB in ${tally.cells} cells; ${tally.refused} refused, ${tally.partly} read in part`);
    const known = EXCEPTIONS.map(({ file, place, ours, theirs }) => `${file} ${place}: ${ours} instead of ${theirs}`);
    expect(differences.sort()).toEqual(known.sort());
    expect(tally.files).toBeGreaterThan(480);
    expect(tally.cells).toBeGreaterThan(6_000);
  });

  it('refuses compressed pages that are marked as plain, which DuckDB reads as other values', async () => {
    await expect(open(join(corpus, 'parquet/arrow-testing/ARROW-17100.parquet'))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('ARROW-10353') as string });
  });

  it('cuts every first cell as the limits say', { timeout: 1_800_000 }, async () => {
    let cells = 0;
    for (const [file, expected] of files) {
      if (expected.read_error !== undefined || expected.footer_error !== undefined) continue;
      const shard = await open(join(corpus, file));
      const { columns } = shard.state();
      const whole = await firstRows(shard, WHOLE_LIMITS);
      const small = await firstRows(shard, SMALL);
      for (const [index, column] of columns.entries()) {
        const floats = /FLOAT|DOUBLE/.test(column.type) && !/DECIMAL|INT/.test(column.type);
        const want = (whole[index] ?? []).map((value) => roundNorm(cutValue(value, SMALL, floats)));
        expect((small[index] ?? []).map(roundNorm), `${file} ${column.name}`).toEqual(want);
        cells += want.length;
      }
      await shard.close();
    }
    console.log(`parquet: ${cells} cells cut as the limits say`);
    expect(cells).toBeGreaterThan(6_000);
  });
});

/** Opens a file and compares all that the oracle knows. */
async function examine(path: string, expected: Expected, tally: Record<'files' | 'cells' | 'refused' | 'partly', number>): Promise<Difference[]> {
  const failing = expected.footer_error ?? expected.read_error;
  try {
    const shard = await inTime(open(path));
    if (expected.footer_error !== undefined) return [difference('open', 'opened', expected.footer_error)];
    const values = await inTime(firstRows(shard, WHOLE_LIMITS));
    const head = expected.head ? compareHead(shard.state().columns, values, expected, tally) : [];
    if (failing !== undefined) {
      // A damage further down shows when all rows are read, as the oracle did.
      const all = expected.head ? await inTime(readAll(shard)) : values.flat();
      tally.partly++;
      const told = all.some((value) => typeof value === 'object' && value?.type === 'invalid');
      return told ? head : [...head, difference('read', 'all cells read', failing)];
    }
    tally.files++;
    return [...compareShape(shard, expected), ...head, ...(await inTime(compareLastRow(shard)))];
  } catch (error) {
    if (!(error instanceof LoupeError) || error.code === 'internal' || error.code === 'timeout') return [difference('open', String(error), failing ?? 'values')];
    if (failing === undefined) return [difference('open', error.message, 'values')];
    tally.refused++;
    return [];
  }
}

interface Difference {
  readonly place: string;
  readonly ours: string;
  readonly theirs: string;
}

function difference(place: string, ours: string, theirs: string): Difference {
  return { place, ours: ours.slice(0, 200), theirs: theirs.slice(0, 200) };
}

function compareShape(shard: Shard, expected: Expected): Difference[] {
  const { rows, columns } = shard.state();
  const found: Difference[] = [];
  // Some writers leave the footer's count at 0: what a full scan gives is what is there.
  const want = expected.full_scan_rows ?? expected.rows ?? '';
  if (String(rows) !== want) found.push(difference('rows', String(rows), want));
  const declared = expected.columns ?? [];
  if (columns.length !== declared.length) found.push(difference('columns', String(columns.length), String(declared.length)));
  for (const [index, [name, type]] of declared.entries()) {
    const column = columns[index];
    if (!column || !sameText(column.type, type)) found.push(difference(`type of ${index}`, column?.type ?? 'none', type));
    if (!column || !sameName(column.name, name, index)) found.push(difference(`name of ${index}`, column?.name ?? 'none', name));
  }
  return found;
}

function compareHead(columns: readonly Column[], values: readonly (readonly Value[])[], expected: Expected, tally: { cells: number }): Difference[] {
  const found: Difference[] = [];
  const head = expected.head ?? [];
  if ((values[0]?.length ?? 0) !== head.length) found.push(difference('head', String(values[0]?.length), String(head.length)));
  for (const [row, cells] of head.entries()) {
    for (const [column, want] of cells.entries()) {
      tally.cells++;
      const got = duckdbText(values[column]?.[row] ?? null, columns[column]?.type.includes('JSON'));
      if (!sameText(got, want)) found.push(difference(`${row},${column}`, String(got), String(want)));
    }
  }
  return found;
}

async function compareLastRow(shard: Shard): Promise<Difference[]> {
  const { rows, columns } = shard.state();
  if (rows === 0) return [];
  const indexes = columns.map(({ index }) => index);
  const last = await shard.read({ start: rows - 1, end: rows + 1, columns: indexes, limits: WHOLE_LIMITS }, new AbortController().signal);
  return last.every((column) => column.length === 1) ? [] : [difference('last row', 'missing', 'one row')];
}

/** Equal, or equal to a text that the oracle cut: `beginning…(true length)`. */
function sameText(got: string | null, want: string | null): boolean {
  const cut = want === null ? null : /^([\s\S]*)…\((\d+)\)$/.exec(want);
  if (cut === null || got === null) return got === want;
  return got.startsWith(cut[1] ?? '') && (got.length === Number(cut[2]) || Array.from(got).length === Number(cut[2]));
}

/** The file's own name; DuckDB numbers names that repeat without case, and calls an empty one C and its number. */
function sameName(ours: string, theirs: string, index: number): boolean {
  return ours === theirs || (ours === '' && theirs === `C${index + 1}`) || (theirs.startsWith(`${ours}_`) && /_\d+$/.test(theirs)) || /^C\d+$/.test(theirs);
}

function open(path: string): Promise<Shard> {
  const cacheFolder = join(tmpdir(), 'loupe-test-parquet');
  return openParquet(path, { cacheFolder, cacheBytes: 0, changed: () => undefined, signal: new AbortController().signal });
}

async function readAll(shard: Shard): Promise<Value[]> {
  const { rows, columns } = shard.state();
  const values = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: SMALL }, new AbortController().signal);
  return values.flat();
}

function firstRows(shard: Shard, limits: ValueLimits): Promise<Value[][]> {
  const columns = shard.state().columns.map(({ index }) => index);
  return shard.read({ start: 0, end: 5, columns, limits }, new AbortController().signal);
}

/** Sums in another order differ in the last digits. */
function roundNorm(value: Value): Value {
  return typeof value === 'object' && value?.type === 'vector' ? { ...value, norm: Number(value.norm.toPrecision(9)) } : value;
}

/** A hang is a failure with a name, not a stuck run. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${LONG_ENOUGH} ms`)), LONG_ENOUGH);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
