import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { TABLE_TEXTS } from '../../../extension/engine/pages/table-text.ts';
import type { ExportSample, ExportWish, FileFormat } from '../../../extension/protocol/export.ts';
import type { Condition, Query } from '../../../extension/protocol/queries.ts';
import { WHOLE_LIMITS, type Value } from '../../../extension/protocol/values.ts';
import { QueryEngine } from '../../support/query-engine.ts';
import { oracleRows, type OracleColumn } from '../../support/query-oracle.ts';
import { below, isLongRun, runSeed, seededRandom } from '../../support/random.ts';

const ROWS = 500;
const EXPORTS = isLongRun() ? 600 : 60;
const TABLE = `SELECT range AS row, CASE WHEN range % 7 > 0 THEN (hash(range) % 40)::INTEGER END AS number, ((range * 37) % 101) / 8.0::DOUBLE AS score,
  CASE WHEN range % 5 > 0 THEN ['cat', 'dog', 'a "cat"', '', 'größe'][1 + (hash(range * 3) % 5)::INTEGER] END AS word, [range, NULL] AS list,
  {'deep': {'x': range, 'y': DATE '2020-01-01'}} AS facts FROM range(${ROWS})`;

const seed = runSeed();
const random = seededRandom(seed);
const pick = <T>(from: readonly T[]): T => from[below(random, from.length)] as T;
const sometimes = (share: number): boolean => random() < share;

let engine: QueryEngine;
/** The same rows as Parquet, and as JSON Lines that the engine itself has written. */
const shards: { parquet: number; jsonl: number } = { parquet: 0, jsonl: 0 };
let columns: OracleColumn[];
let lines: string[];

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet('table.parquet', TABLE, ', ROW_GROUP_SIZE 2048');
  shards.parquet = (await engine.open(path)).shard;
  const reader = await openShard(path, { cacheFolder: engine.folder, cacheBytes: 0, changed: () => undefined, signal: new AbortController().signal });
  const all = reader.state().columns;
  const values = await reader.read({ start: 0, end: ROWS, columns: all.map(({ index }) => index), limits: WHOLE_LIMITS }, new AbortController().signal);
  columns = all.map(({ name }, at) => ({ name, numeric: () => ['row', 'number', 'score', 'list'].includes(name), values: values[at] ?? [] }));
  lines = Array.from({ length: ROWS }, (_, row) => lineOf(row, all.map(({ index }) => index)));
  const text = join(engine.folder, 'table.jsonl');
  await engine.request('shard/export', { shard: shards.parquet, export: 0, wish: { query: { conditions: [], sort: [] }, format: 'jsonl', path: text, replace: false } });
  expect((await readFile(text, 'utf8')).split('\n')).toEqual([...lines, '']);
  shards.jsonl = (await engine.open(text)).shard;
});
afterAll(() => engine.stop());

function lineOf(row: number, of: readonly number[]): string {
  return TABLE_TEXTS.json.row(of.map((at) => columns[at]?.name ?? ''), of.map((at) => columns[at]?.values[row] ?? null));
}

/** Rows of a sample as its description says: by MD5 of `seed:row`, each stratum with its share. */
function sampled(rows: readonly number[], { rows: most, seed: lot, by }: ExportSample): Set<number> {
  const lots = new Map(rows.map((row) => [row, createHash('md5').update(`${lot}:${row}`).digest('hex')]));
  const inOrder = [...rows].sort((a, b) => ((lots.get(a) ?? '') < (lots.get(b) ?? '') ? -1 : 1));
  if (by === undefined) return new Set(inOrder.slice(0, most));
  const values = columns.find(({ name }) => name === by[0])?.values ?? [];
  const strata = [...Map.groupBy(rows, (row) => JSON.stringify(values[row] ?? null))].map(([stratum, its]) => ({ stratum, size: its.length, first: Math.min(...its) }));
  const quotas = strata.map((each) => ({ ...each, quota: Math.floor((each.size * most) / rows.length), rest: (each.size * most) % rows.length }));
  let left = most - quotas.reduce((sum, { quota }) => sum + quota, 0);
  for (const each of [...quotas].sort((a, b) => b.rest - a.rest || a.first - b.first)) if (left-- > 0) each.quota++;
  return new Set(quotas.flatMap(({ stratum, quota }) => inOrder.filter((row) => JSON.stringify(values[row] ?? null) === stratum).slice(0, quota)));
}

function randomCondition(): Condition {
  const not = sometimes(0.3) ? { not: true } : {};
  switch (below(random, 4)) {
    case 0:
      return { type: 'range', column: ['score'], min: String(below(random, 8)), ...not };
    case 1:
      return { type: 'values', column: ['word'], values: [pick(['cat', 'dog', '']), ...(sometimes(0.3) ? [null] : [])], ...not };
    case 2:
      return { type: 'text', column: ['word'], text: pick(['a', 'ö', '"']), matchCase: true, regex: false, ...not };
    default:
      return { type: 'null', column: ['number'], ...not };
  }
}

interface Case {
  readonly source: 'parquet' | 'jsonl';
  readonly wish: Omit<ExportWish, 'path' | 'replace'>;
}

function randomCase(): Case {
  const asked: Query = {
    conditions: Array.from({ length: below(random, 3) }, randomCondition),
    sort: Array.from({ length: below(random, 3) }, () => ({ column: [pick(['score', 'word', 'number'])] as const, descending: sometimes(0.5) })),
  };
  const cut = below(random, ROWS);
  const wish = {
    query: asked,
    format: pick<FileFormat>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst', 'csv', 'ids']),
    ...(sometimes(0.3) ? { positions: [[0, cut >> 1], [cut, cut + 60]] as const } : {}),
    ...(sometimes(0.4) ? { sample: { rows: below(random, 120), seed: below(random, 1_000), ...(sometimes(0.5) ? { by: [pick(['word', 'number'])] as const } : {}) } } : {}),
    ...(sometimes(0.4) ? { fileSize: sometimes(0.5) ? { unit: 'rows' as const, size: 1 + below(random, 150) } : { unit: 'bytes' as const, size: 2_000 + below(random, 20_000) } } : {}),
    ...(sometimes(0.5) ? { columns: [0, ...[1, 2, 3, 4, 5].filter(() => sometimes(0.5))].reverse() } : {}),
    roles: { key: 'row' },
  };
  return { source: pick(['parquet', 'jsonl']), wish };
}

function expectedRows({ query: asked, positions, sample }: Case['wish']): number[] {
  const view = oracleRows(columns, asked);
  const there = positions === undefined ? view : view.filter((_, at) => positions.some(([start, end]) => at >= start && at < end));
  if (sample === undefined) return there;
  const kept = sampled(there, sample);
  return there.filter((row) => kept.has(row));
}

/** Row numbers of the files in order; the lines of JSON too. */
async function readBack(files: readonly string[], format: FileFormat): Promise<{ rows: number[]; lines?: string[] }> {
  const rows: number[] = [];
  const texts: string[] = [];
  for (const file of files) {
    if (format === 'parquet' || format === 'csv') {
      const reader = format === 'parquet' ? `read_parquet(${quoteText(file)})` : `read_csv(${quoteText(file)}, header = true, all_varchar = true)`;
      rows.push(...((await query(`SELECT "row"::INTEGER FROM ${reader}`, [])).columns[0] ?? []).map(Number));
      continue;
    }
    const bytes = await readFile(file);
    const plain = format === 'jsonl.gz' ? gunzipSync(bytes) : format === 'jsonl.zst' && bytes.length > 0 ? zstdDecompressSync(bytes) : bytes;
    texts.push(...plain.toString('utf8').split('\n').slice(0, -1));
  }
  if (format === 'parquet' || format === 'csv') return { rows };
  if (format === 'ids') return { rows: texts.map(Number) };
  return { rows: texts.map((text) => (JSON.parse(text) as { row: number }).row), lines: texts };
}

it(`random rows, columns and formats are what a plain loop chooses (seed ${seed})`, async () => {
  for (let i = 0; i < EXPORTS; i++) {
    const { source, wish } = randomCase();
    const path = join(engine.folder, `out-${i}.${wish.format}`);
    const done = await engine.request('shard/export', { shard: shards[source], export: i, wish: { ...wish, path, replace: false } });
    const words = `export ${i}: ${source} ${JSON.stringify(wish)}`;
    const expected = expectedRows(wish);
    const found = await readBack(done.files, wish.format);
    expect(found.rows, words).toEqual(expected);
    expect(done.rows, words).toBe(expected.length);
    if (found.lines !== undefined) expect(found.lines, words).toEqual(expected.map((row) => lineOf(row, wish.columns ?? columns.map((_, at) => at))));
    if (wish.fileSize?.unit === 'rows') expect(done.fileCount, words).toBe(Math.max(1, Math.ceil(expected.length / wish.fileSize.size)));
    await Promise.all(done.files.map((file) => rm(file)));
  }
});

it('the sample is the same for the same seed, and another for another', async () => {
  const take = async (lot: number, source: 'parquet' | 'jsonl'): Promise<number[]> => {
    const path = join(engine.folder, 'sample.txt');
    await engine.request('shard/export', { shard: shards[source], export: 0, wish: { query: { conditions: [], sort: [] }, format: 'ids', roles: { key: 'row' }, sample: { rows: 20, seed: lot }, path, replace: true } });
    return (await readFile(path, 'utf8')).trim().split('\n').map(Number);
  };
  const first = await take(1, 'parquet');
  expect(await take(1, 'jsonl')).toEqual(first);
  expect(first).toEqual([...sampled(Array.from({ length: ROWS }, (_, row) => row), { rows: 20, seed: 1 })].sort((a, b) => a - b));
  expect(await take(2, 'parquet')).not.toEqual(first);
});

it('values of nested columns are those of the table in Parquet from either source', async () => {
  for (const source of ['parquet', 'jsonl'] as const) {
    const path = join(engine.folder, `nested-${source}.parquet`);
    await engine.request('shard/export', { shard: shards[source], export: 0, wish: { query: { conditions: [], sort: [{ column: ['score'], descending: true }] }, format: 'parquet', path, replace: false } });
    const found = (await query(`SELECT facts.deep.x::INTEGER, list[1]::INTEGER, "row"::INTEGER FROM read_parquet(${quoteText(path)})`, [])).columns;
    expect(found[0]).toEqual(found[2]);
    expect(found[1]).toEqual(found[2]);
    const values: readonly Value[] = columns[0]?.values ?? [];
    expect(found[2]).toHaveLength(values.length);
  }
});
