import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnPath, Condition, Query } from '../../../extension/protocol/queries.ts';
import { WHOLE_LIMITS, type Value } from '../../../extension/protocol/values.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { QueryEngine } from '../../support/query-engine.ts';
import { oracleRows, type OracleColumn } from '../../support/query-oracle.ts';
import { below, isLongRun, runSeed, seededRandom } from '../../support/random.ts';

/** Columns: their type, and texts of which their values are made. */
const COLUMNS = [
  { name: 'tiny', type: 'TINYINT', numeric: true, texts: ['0', '1', '-1', '127', '-128', '5'] },
  { name: 'id', type: 'BIGINT', numeric: true, texts: ['9007199254740992', '9007199254740993', '-9223372036854775808', '9223372036854775807', '0', '12'] },
  { name: 'hash', type: 'UBIGINT', numeric: true, texts: ['18446744073709551615', '18446744073709551614', '0', '7'] },
  { name: 'price', type: 'DECIMAL(38,6)', numeric: true, texts: ['0.1', '0.100001', '-99999999999999999999999999999999.999999', '99999999999999999999999999999999.999999', '0'] },
  { name: 'score', type: 'FLOAT', numeric: true, texts: ['0.28', '0.27999997', '0.28000003', 'nan', 'inf', '-inf', '0', '-0', '1e-45', '3.4028235e38', '16777216', '0.1'] },
  { name: 'exact', type: 'DOUBLE', numeric: true, texts: ['0.1', '0.30000000000000004', 'nan', 'inf', '-inf', '5e-324', '1.7976931348623157e308', '9007199254740993', '-0.0'] },
  { name: 'flag', type: 'BOOLEAN', numeric: false, texts: ['true', 'false'] },
  { name: 'day', type: 'DATE', numeric: false, texts: ['2020-01-01', '2020-02-29', '1999-12-31', '0999-01-01'] },
  { name: 'time', type: 'TIMESTAMP', numeric: false, texts: ['2020-01-01 00:00:00', '2020-01-01 00:00:00.000001', '2020-01-01 00:00:01'] },
  { name: 'uuid', type: 'UUID', numeric: false, texts: ['00000000-0000-0000-0000-000000000001', 'ffffffff-0000-4000-8000-000000000001', '80000000-0000-0000-0000-000000000000'] },
  { name: 'text', type: 'VARCHAR', numeric: false, texts: ['a cat', 'A Cat', 'dog', '', "it's", '%_\\', 'zürich', 'Zürich', '日本語', '😀 cat', 'line\nbreak', '0.28'] },
] as const;

/** Lists and structs of these. */
const LISTS = [
  { name: 'scores', item: 4 },
  { name: 'tags', item: 10 },
] as const;

const FIELDS = [
  { path: ['pair', 'score'], item: 4 },
  { path: ['pair', 'word'], item: 10 },
] as const;

const ROWS = 400;
const QUERIES = isLongRun() ? 4_000 : 150;
const seed = runSeed();
const random = seededRandom(seed);
const pick = <T>(from: readonly T[]): T => from[below(random, from.length)] as T;
const sometimes = (share: number): boolean => random() < share;

let engine: QueryEngine;
let shard: number;
let idFile: string;
let columns: OracleColumn[];
const ids = new Set<string>();

const literal = (text: string, type: string): string => `CAST('${text.replaceAll("'", "''")}' AS ${type})`;
const cell = (item: number): string => {
  const { texts, type } = COLUMNS[item] ?? COLUMNS[0];
  return sometimes(0.15) ? 'NULL' : literal(pick<string>(texts), type);
};

function list(item: number): string {
  if (sometimes(0.15)) return 'NULL';
  return `[${Array.from({ length: below(random, 4) }, () => cell(item)).join(', ')}]::${COLUMNS[item]?.type ?? ''}[]`;
}

function randomTable(): string {
  const names = [...COLUMNS.map(({ name }) => name), ...LISTS.map(({ name }) => name), 'pair'];
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const cells = [...COLUMNS.map((_, item) => cell(item)), ...LISTS.map(({ item }) => list(item)), sometimes(0.1) ? 'NULL' : `{'score': ${cell(4)}, 'word': ${cell(10)}}`];
    return `(${row}, ${cells.join(', ')})`;
  });
  const select = [...COLUMNS.map(({ name, type }) => `${name}::${type} AS ${name}`), 'scores::FLOAT[] AS scores', 'tags::VARCHAR[] AS tags', 'pair::STRUCT(score FLOAT, word VARCHAR) AS pair'];
  return `SELECT ${select.join(', ')} FROM (VALUES ${rows.join(', ')}) t(row, ${names.join(', ')}) ORDER BY row`;
}

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = await engine.parquet('random.parquet', randomTable(), ', ROW_GROUP_SIZE 2048');
  ({ shard } = await engine.open(path));
  const signal = new AbortController().signal;
  const reader = await openShard(path, { cacheFolder: engine.folder, cacheBytes: 0, changed: () => undefined, signal });
  const all = reader.state().columns;
  const values = await reader.read({ start: 0, end: ROWS, columns: all.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
  const numeric = new Set<string>([...COLUMNS.filter((column) => column.numeric).map(({ name }) => name), 'scores', 'pair.score']);
  columns = all.map(({ name }, i) => ({ name, numeric: (fields) => numeric.has([name, ...fields].join('.')), values: values[i] as Value[] }));
  for (const text of [...COLUMNS[10].texts, ...COLUMNS[1].texts, ...COLUMNS[9].texts]) if (text !== '' && !text.includes('\n') && sometimes(0.5)) ids.add(text);
  idFile = join(engine.folder, 'ids.txt');
  await writeFile(idFile, [...ids].join('\n'));
  expect((await query('SELECT 1', [])).columns).toEqual([[1]]);
});
afterAll(() => engine.stop());

interface Target {
  readonly path: ColumnPath;
  readonly item: number;
}

const SCALARS: readonly Target[] = COLUMNS.map(({ name }, item) => ({ path: [name], item }));
const TARGETS: readonly Target[] = [...SCALARS, ...LISTS.map(({ name, item }): Target => ({ path: [name], item })), ...FIELDS];

/** A text of the column's type: one that is there, or one beside it. */
function bound({ item }: Target): string {
  const { texts, numeric, type } = COLUMNS[item] ?? COLUMNS[0];
  const numbers = ['0.280000001', '0.2799999', '1e400', '-1e400', '0.5', '-0.000001', '1e-400', '18446744073709551616', 'inf', '-inf', '9007199254740992.5'];
  const text = sometimes(0.7) || !numeric ? pick<string>(texts) : pick(numbers);
  if (text === 'nan') return '0';
  return type === 'VARCHAR' && sometimes(0.2) ? `${text}!` : text;
}

function condition(): Condition {
  const target = pick(TARGETS);
  const not = sometimes(0.3) ? { not: true } : {};
  const open = { ...(sometimes(0.3) ? { minOpen: true } : {}), ...(sometimes(0.3) ? { maxOpen: true } : {}) };
  switch (below(random, 6)) {
    case 0:
    case 1:
      return { type: 'range', column: target.path, ...(sometimes(0.7) ? { min: bound(target) } : {}), ...(sometimes(0.6) ? { max: bound(target) } : {}), ...open, ...not };
    case 2: {
      const values = Array.from({ length: below(random, 4) }, () => (sometimes(0.2) ? null : COLUMNS[target.item]?.numeric === true && sometimes(0.2) ? 'nan' : bound(target)));
      return { type: 'values', column: target.path, values, ...not };
    }
    case 3:
      return { type: 'null', column: target.path, ...not };
    case 4:
      return { type: 'ids', column: pick([['text'], ['id'], ['uuid'], ['pair', 'word']] as const), file: idFile, ...not };
    default: {
      const regex = sometimes(0.4);
      const text = regex ? pick(['^a', 'cat$', '[0-9]+', '.', 'z.rich', '^$', '(?:cat|dog)']) : pick(['cat', 'CAT', '%', "'", '\\', 'ü', '本', '2', '']);
      return { type: 'text', ...(sometimes(0.8) ? { column: target.path } : {}), text, regex, matchCase: sometimes(0.5), ...not };
    }
  }
}

function randomQuery(): Query {
  const conditions = Array.from({ length: below(random, 4) }, condition);
  const sort = Array.from({ length: below(random, 3) }, () => ({ column: pick([...SCALARS, ...FIELDS]).path, descending: sometimes(0.5) }));
  return { conditions, sort };
}

describe('random queries', () => {
  it(`give what a plain loop gives (seed ${seed})`, async () => {
    for (let i = 0; i < QUERIES; i++) {
      const asked = randomQuery();
      const expected = oracleRows(columns, asked, () => ids);
      const found = await engine.rows(shard, asked.conditions, asked.sort);
      expect(found, `query ${i}: ${JSON.stringify(asked)}`).toEqual(expected);
      if (i % 10 === 0) expect(await engine.request('shard/count', { shard, query: asked })).toEqual({ kept: expected.length, total: ROWS });
    }
  });
});
