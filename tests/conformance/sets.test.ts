import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLocation } from '../../extension/engine/open-location.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import type { ShardLocation } from '../../extension/protocol/shards.ts';
import { GRID_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
const signal = new AbortController().signal;
const cacheFolder = mkdtempSync(join(tmpdir(), 'loupe-sets-'));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

/** Bytes of a file and rows of a shard up to which it is read whole. */
const MAX_BYTES = 2_000_000;
const MAX_ROWS = 2_000;
const PAGE = 500;

/** What is taken of each family of formats, and of all together. */
const FAMILIES = {
  parquet: ['parquet/**/*.parquet'],
  lines: ['jsonl/**/*.{jsonl,jsonl.gz,json.gz,jsonl.zst,ndjson}', 'captions/**/*.jsonl'],
  documents: ['jsonl/**/*.json'],
  archives: ['tar/**/*.tar', 'webdataset/**/*.{tar,tar.gz}'],
} as const;

function open(location: ShardLocation): Promise<Shard> {
  return openLocation(location, { cacheFolder, cacheBytes: 1e9, changed: () => undefined, signal });
}

/** DuckDB 1.5.6 gives other values of some of its columns at each reading: what is compared are two readings. */
const UNSTABLE = ['parquet/duckdb/broken-arrow.parquet'];

/** A seeded choice; every file where suites run in full. */
function chosen(patterns: readonly string[], count: number): string[] {
  const random = seededRandom(runSeed());
  const all = globSync([...patterns], { cwd: corpus ?? '' }).filter((path) => {
    const stats = statSync(join(corpus ?? '', path));
    return stats.isFile() && stats.size <= MAX_BYTES && !UNSTABLE.includes(path);
  });
  const order = all.toSorted().map((path) => ({ path, key: random() })).sort((a, b) => a.key - b.key); // prettier-ignore
  return order.slice(0, isLongRun() ? undefined : count).map(({ path }) => path);
}

/** Columns as `2nd of a name` and the values of all rows. */
interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, readonly Value[]>;
}

async function readWhole(shard: Shard): Promise<Table> {
  await shard.settled();
  const rows = shard.state().rows;
  const known: Value[][] = [];
  for (let start = 0; start < rows; start += PAGE) {
    const end = Math.min(rows, start + PAGE);
    const indexes = shard.state().columns.map(({ index }) => index);
    const values = await shard.read({ start, end, columns: indexes, limits: GRID_LIMITS }, signal);
    for (const [i, column] of values.entries()) {
      // A column that shows itself late was missing before.
      known[i] ??= Array.from({ length: start }, (): Value => ({ type: 'missing' }));
      known[i].push(...column);
    }
  }
  const seen = new Map<string, number>();
  const names = shard.state().columns.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return `${count} ${name}`;
  });
  return { rows, columns: new Map(known.map((values, i) => [names[i] ?? '', values])) };
}

/** A shard whole; null where it cannot be opened or is too long. */
async function readAlone(path: string): Promise<Table | null> {
  const shard = await open({ kind: 'file', path }).catch(() => null);
  if (shard === null) return null;
  try {
    await shard.settled();
    return shard.state().rows <= MAX_ROWS ? await readWhole(shard).catch(() => null) : null;
  } finally {
    await shard.close();
  }
}

/** Compares a set with its shards, read one by one; answers how many rows were equal. */
async function compareWithParts(paths: readonly string[]): Promise<number> {
  const parts: { path: string; table: Table }[] = [];
  for (const path of paths) {
    const table = await readAlone(join(corpus ?? '', path));
    if (table !== null) parts.push({ path, table });
  }
  const shard = await open({ kind: 'set', folder: corpus ?? '', patterns: parts.map(({ path }) => path) });
  try {
    const whole = await readWhole(shard);
    expect(shard.state().parts?.filter(({ error }) => error !== undefined)).toEqual([]);
    let row = 0;
    for (const { path, table } of parts) {
      compareRows(path, table, whole, row);
      row += table.rows;
    }
    expect(whole.rows).toBe(row);
    return row;
  } finally {
    await shard.close();
  }
}

function compareRows(path: string, part: Table, whole: Table, start: number): void {
  const end = start + part.rows;
  expect(new Set(whole.columns.get('1 shard')?.slice(start, end))).toEqual(new Set(part.rows === 0 ? [] : [path]));
  for (const [role, values] of whole.columns) {
    if (role === '1 shard') continue;
    const own = part.columns.get(ownRole(role));
    const there = values.slice(start, end);
    const expected = own ?? Array.from({ length: part.rows }, () => ({ type: 'missing' }));
    expect({ path, role, values: there }).toEqual({ path, role, values: expected });
  }
}

/** A shard's own column `shard` is the second of that name in a set. */
function ownRole(role: string): string {
  return role.endsWith(' shard') ? `${Number(role.split(' ')[0]) - 1} shard` : role;
}

describe.skipIf(corpus === null)('a set of corpus shards equals its shards, row by row', () => {
  test.each(Object.entries(FAMILIES))('%s', async (family, patterns) => {
    const rows = await compareWithParts(chosen(patterns, 40));
    console.log(`sets: ${rows} rows of ${family} equal`);
    expect(rows).toBeGreaterThan(10);
  });

  test('all formats together', async () => {
    const paths = Object.values(FAMILIES).flatMap((patterns) => chosen(patterns, 8));
    const rows = await compareWithParts(paths.toSorted());
    console.log(`sets: ${rows} rows of all formats together equal`);
    expect(rows).toBeGreaterThan(10);
  });
});

if (corpus === null) reportSkipped('sets', 'the comparison of sets with their shards (5 tests)');
