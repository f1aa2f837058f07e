import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { closeDuckdb, configureDuckdb, query } from '../../extension/engine/duckdb/session.ts';
import { fieldValue } from '../../extension/engine/query-tables/cell.ts';
import { TABLE_LIMITS } from '../../extension/engine/query-tables/patch.ts';
import type { ColumnRef } from '../../extension/engine/queries/relation.ts';
import { planCell } from '../../extension/engine/shards/parquet/cell-plan.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import type { Value } from '../../extension/protocol/values.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { corpusFolder, reportSkipped, sampleFiles } from './corpus.ts';
import { cellDifference } from './relation-compare.ts';
import { openUndamaged } from './undamaged.ts';

/** Rows and columns of each file that a plain `npm test` compares; a long run takes all rows. */
const ROWS = isLongRun() ? Infinity : 300;
const COLUMNS = 40;
/** Rows fetched together. */
const STEP = 500;

const corpus = corpusFolder();
const random = seededRandom(runSeed());
const cacheFolder = mkdtempSync(join(tmpdir(), 'loupe-relations-'));
const { signal } = new AbortController();
const counted = { files: 0, refused: 0, cells: 0, skipped: 0 };

configureDuckdb({ memory: 1024, threads: 2, cacheFolder });

afterAll(async () => {
  await closeDuckdb();
  rmSync(cacheFolder, { recursive: true, force: true });
  if (corpus === null) reportSkipped('relations', 'every JSON, tar and Parquet file');
  else console.log(`relations: ${counted.files} files, ${counted.cells} cells compared, ${counted.skipped} skipped; ${counted.refused} files do not open or are damaged`);
});

/** Rows to compare: all of a small file, else the first, the last and others by chance, in no order. */
function someRows(rows: number): number[] {
  if (rows <= ROWS) return Array.from({ length: rows }, (_, row) => row);
  return [...new Set([0, rows - 1, ...Array.from({ length: ROWS }, () => below(random, rows))])];
}

/** Every column, and the fields of the first row's structs. */
function refs(shard: Shard, first: readonly (readonly Value[])[]): ColumnRef[] {
  const columns = shard.state().columns.slice(0, COLUMNS);
  return columns.flatMap(({ index }, at): ColumnRef[] => {
    const value = first[at]?.[0];
    const names = value !== null && typeof value === 'object' && value.type === 'struct' ? value.entries.map(([name]) => name) : [];
    return [{ index, fields: [] }, ...[...new Set(names)].slice(0, 5).map((name) => ({ index, fields: [name] }))];
  });
}

async function compareFile(file: string): Promise<string[]> {
  const shard = await openUndamaged(join(corpus ?? '', file), cacheFolder);
  if (shard === null) {
    counted.refused++;
    return [];
  }
  try {
    await shard.settled();
    counted.files++;
    return await compareShard(shard);
  } finally {
    await shard.close();
  }
}

/** That `row` is one of these: rows that follow each other as a range, which DuckDB seeks; never IN, which becomes a join (see the reader of single rows in Parquet). */
function isAmong(rows: readonly number[]): string {
  const [first = 0, last = 0] = [rows[0], rows.at(-1)];
  if (last - first === rows.length - 1) return `row BETWEEN ${first} AND ${last}`;
  return `list_contains([${rows.join(', ')}]::BIGINT[], row)`;
}

async function compareShard(shard: Shard): Promise<string[]> {
  const rows = someRows(shard.state().rows);
  const columns = shard.state().columns.slice(0, COLUMNS).map(({ index }) => index);
  const isParquet = shard.state().format === 'parquet';
  const first = await shard.readRows({ rows: rows.slice(0, 1), columns, limits: TABLE_LIMITS }, signal);
  const wanted = refs(shard, first);
  const relation = await shard.relation(wanted, () => undefined, signal);
  expect(relation.rows).toBe(shard.state().rows);
  const plans = relation.types.map((type, at) => planCell(type, `v${at}`, TABLE_LIMITS));
  const differences: string[] = [];
  for (let from = 0; from < rows.length; from += STEP) {
    const some = rows.slice(from, from + STEP);
    const ours = await shard.readRows({ rows: some, columns, limits: TABLE_LIMITS }, signal);
    const cells = isParquet ? plans.map(({ sql }) => sql) : plans.map((_, at) => `v${at}::VARCHAR`);
    const missing = plans.map((_, at) => `m${at}`);
    const found = await query(`SELECT ${['row', ...cells, ...missing].join(', ')} FROM ${relation.from} WHERE ${isAmong(some)}`, []);
    const place = new Map((found.columns[0] ?? []).map((row, at) => [Number(row), at]));
    expect(place.size).toBe(new Set(some).size);
    for (const [at, ref] of wanted.entries()) {
      for (const [j, row] of some.entries()) {
        const value = fieldValue(ours[columns.indexOf(ref.index)]?.[j], ref.fields);
        const raw = found.columns[at + 1]?.[place.get(row) ?? -1] ?? null;
        const isMissing = found.columns[at + 1 + plans.length]?.[place.get(row) ?? -1] === true;
        const difference = isParquet
          ? parquetDifference(value, plans[at]?.decode(raw) ?? null)
          : cellDifference(value, { text: raw === null ? null : String(raw), missing: isMissing, type: String(relation.types[at]).replace(/\(.*/, '') });
        if (difference === undefined) counted.skipped++;
        else counted.cells++;
        if (typeof difference === 'string' && differences.length < 5) differences.push(`row ${row}, ${JSON.stringify(ref)}: ${difference}`);
      }
    }
  }
  return differences;
}

/** The field of a struct that is null is null in Parquet. */
function parquetDifference(ours: Value | undefined, theirs: Value): string | null {
  const [a, b] = [JSON.stringify(ours ?? null), JSON.stringify(theirs)];
  return a === b ? null : `${b.slice(0, 300)} for ${a.slice(0, 300)}`;
}

describe.skipIf(corpus === null).each([
  ['JSON', /\.(jsonl|ndjson|json)(\.(gz|zst|zstd))?$/],
  ['tar', /\.(tar|tar\.gz|tgz|tar\.zst)$/],
  ['Parquet', /\.parquet$/],
])('%s files are in DuckDB what the reader shows', (_, suffix) => {
  test.for(sampleFiles(corpus, suffix, random))('%s', { timeout: 400_000 }, async (file) => {
    expect(await compareFile(file)).toEqual([]);
  });
});
