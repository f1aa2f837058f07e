import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTypeId, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, Query } from '../../extension/protocol/queries.ts';
import type { Column } from '../../extension/protocol/shards.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { literalPattern } from '../../extension/engine/duckdb/literal-path.ts';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { isFloating, isNumeric } from '../../extension/engine/queries/number-sql.ts';
import { isTextual } from '../../extension/engine/queries/value-sql.ts';
import { QueryEngine } from '../support/query-engine.ts';
import { oracleRows, type OracleColumn } from '../support/query-oracle.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
const SAMPLE = { parquet: 80, lines: 30, archives: 30 };
/** Larger files are left to the long run: in bytes of text, in rows of Parquet. */
const MAX_TEXT = 2_000_000;
const MAX_ROWS = 50_000;
const COLUMNS = 4;
const random = seededRandom(runSeed());

function sample<T>(all: readonly T[], count: number): readonly T[] {
  if (isLongRun()) return all;
  const rest = [...all];
  return Array.from({ length: Math.min(count, all.length) }, () => rest.splice(below(random, rest.length), 1)).flat();
}

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

/** Conditions about one column that its values suggest; all but the last two compare. */
function conditionsFor(column: string, texts: readonly string[], comparable: boolean, textual: boolean): Condition[] {
  const [first, second] = texts;
  const path = [column] as const;
  return [
    ...(comparable && first !== undefined ? [{ type: 'range', column: path, min: first } as const, { type: 'range', column: path, max: first, maxOpen: true, not: true } as const] : []),
    ...(comparable && first !== undefined ? [{ type: 'values', column: path, values: [first, ...(second === undefined ? [] : [second]), null] } as const] : []),
    ...(textual && first !== undefined && first !== '' ? [{ type: 'text', column: path, text: [...first].slice(0, 4).join(''), matchCase: true, regex: false } as const] : []),
    { type: 'null', column: path, not: true },
  ];
}

describe('filters and sorts on Parquet', () => {
  if (corpus === null) {
    reportSkipped('queries', 'Parquet files');
    it.skip('needs the corpus', () => undefined);
    return;
  }
  const oracle = readOracle<Record<string, { readonly duckdb: { readonly read_error?: string; readonly footer_error?: string; readonly full_scan_rows?: string } }>>(corpus, 'parquet/oracle.json');
  const sound = Object.entries(oracle).filter(([, { duckdb }]) => {
    const rows = Number(duckdb.full_scan_rows ?? 0);
    return duckdb.read_error === undefined && duckdb.footer_error === undefined && rows > 0 && (isLongRun() || rows < MAX_ROWS);
  });

  it('give the rows that DuckDB gives when it is asked directly', { timeout: 3_600_000 }, async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run("SET TimeZone = 'UTC'");
    const tally = { files: 0, queries: 0, rows: 0 };
    for (const [file] of sample(sound, SAMPLE.parquet)) {
      const { shard, state } = await engine.open(join(corpus, file));
      const columns = state.columns.filter(({ name, index }) => state.columns.findIndex((other) => other.name === name) === index).slice(0, COLUMNS);
      for (const { name, index } of columns) {
        const direct = await DirectColumn.of(connection, join(corpus, file), index, state.columns.length);
        if (direct === null) continue;
        for (const condition of conditionsFor(name, direct.texts, direct.comparable, isTextual(direct.type))) {
          const rows = await engine.rows(shard, [condition]);
          expect(rows, `${file}: ${JSON.stringify(condition)}`).toEqual(await direct.rows(condition));
          tally.queries++;
          tally.rows += rows.length;
        }
        if (!direct.comparable) continue;
        expect(await engine.rows(shard, [], [{ column: [name], descending: true }]), `${file}: sorted by ${name}`).toEqual(await direct.sorted());
        tally.queries++;
      }
      await engine.request('shard/close', { shard });
      tally.files++;
    }
    connection.closeSync();
    console.log(`queries: ${tally.queries} on ${tally.files} Parquet files keep the ${tally.rows} rows that DuckDB keeps`);
    expect(tally.queries).toBeGreaterThan(200);
  });
});

/** One column of a file as DuckDB itself answers questions about it. */
class DirectColumn {
  readonly type: DuckDBType;
  readonly texts: readonly string[];
  readonly #connection: DuckDBConnection;
  readonly #source: string;

  private constructor(connection: DuckDBConnection, source: string, type: DuckDBType, texts: readonly string[]) {
    this.#connection = connection;
    this.#source = source;
    this.type = type;
    this.texts = texts;
  }

  /** Null for a column that DuckDB cannot read whole. */
  static async of(connection: DuckDBConnection, path: string, index: number, columns: number): Promise<DirectColumn | null> {
    const names = Array.from({ length: columns }, (_, at) => `c${at}`).join(', ');
    const source = `(SELECT c${index} AS c, file_row_number AS row FROM read_parquet(${quoteText(literalPattern(path))}, hive_partitioning = false) AS f(${names}))`;
    try {
      const reader = await connection.runAndReadAll(`SELECT c, c::VARCHAR FROM ${source} WHERE c IS NOT NULL ORDER BY row LIMIT 3`);
      await connection.run(`SELECT count(c::VARCHAR) FROM ${source}`);
      return new DirectColumn(connection, source, reader.columnType(0), reader.getColumns()[1]?.map(String) ?? []);
    } catch {
      return null;
    }
  }

  get comparable(): boolean {
    return ![DuckDBTypeId.BLOB, DuckDBTypeId.LIST, DuckDBTypeId.ARRAY, DuckDBTypeId.STRUCT, DuckDBTypeId.MAP, DuckDBTypeId.SQLNULL].includes(this.type.typeId) && !this.texts.some((text) => /nan/i.test(text));
  }

  async rows(condition: Condition): Promise<number[]> {
    return this.#list(`SELECT row FROM ${this.#source} WHERE ${this.#where(condition)} ORDER BY row`);
  }

  async sorted(): Promise<number[]> {
    const value = isFloating(this.type) ? "nullif(c, 'nan')" : this.#value;
    return this.#list(`SELECT row FROM ${this.#source} ORDER BY ${value} DESC NULLS LAST, row`);
  }

  get #value(): string {
    return isTextual(this.type) ? 'c::VARCHAR' : 'c';
  }

  #where(condition: Condition): string {
    const number = isFloating(this.type) ? 'NOT isnan(c) AND ' : '';
    const literal = (text: string | null | undefined): string => (isTextual(this.type) ? quoteText(text ?? '') : `${quoteText(text ?? '')}::${this.type.toString()}`);
    switch (condition.type) {
      case 'range':
        return condition.not === true ? `c IS NOT NULL AND NOT (${number}${this.#value} < ${literal(condition.max)})` : `${number}${this.#value} >= ${literal(condition.min)}`;
      case 'values':
        return `c IS NULL OR ${this.#value} IN (${condition.values.filter((value) => value !== null).map(literal).join(', ')})`;
      case 'text':
        return `strpos(c::VARCHAR, ${quoteText(condition.text)}) > 0`;
      default:
        return 'c IS NOT NULL';
    }
  }

  async #list(sql: string): Promise<number[]> {
    return ((await this.#connection.runAndReadAll(sql)).getColumns()[0] ?? []).map(Number);
  }
}

describe('filters and sorts on text formats', () => {
  if (corpus === null) {
    reportSkipped('queries', 'JSON and tar files');
    it.skip('needs the corpus', () => undefined);
    return;
  }
  const signal = new AbortController().signal;
  const lines = Object.keys(readOracle<Record<string, unknown>>(corpus, 'jsonl/oracle.json')).filter((file) => isLongRun() || (statSync(join(corpus, file), { throwIfNoEntry: false })?.size ?? Infinity) < MAX_TEXT);

  it('give the rows of JSON that a plain loop over its values gives', { timeout: 3_600_000 }, async () => {
    await compareAll('JSON', sample(lines, SAMPLE.lines));
  });

  async function compareAll(what: string, files: readonly string[]): Promise<void> {
    const tally = { files: 0, queries: 0, rows: 0 };
    for (const file of files) {
      const table = await plainTable(join(corpus ?? '', file));
      if (table === null) continue;
      for (const asked of queriesFor(table)) {
        const rows = await engine.rows(table.shard, asked.conditions, asked.sort);
        expect(rows, `${file}: ${JSON.stringify(asked)}`).toEqual(oracleRows(table.columns, asked));
        tally.queries++;
        tally.rows += rows.length;
      }
      await engine.request('shard/close', { shard: table.shard });
      tally.files++;
    }
    console.log(`queries: ${tally.queries} on ${tally.files} ${what} files keep the ${tally.rows} rows that a plain loop keeps`);
    expect(tally.queries).toBeGreaterThan(100);
  }

  const archives = Object.keys(readOracle<Record<string, unknown>>(corpus, 'tar/oracle.json')).filter((file) => isLongRun() || (statSync(join(corpus, file), { throwIfNoEntry: false })?.size ?? Infinity) < MAX_TEXT);

  it('give the rows of archives that a plain loop over their values gives', { timeout: 3_600_000 }, async () => {
    await compareAll('tar', sample(archives, SAMPLE.archives));
  });

  interface PlainColumn extends OracleColumn {
    /** Whether ranges, values and order are asked; lists have no order. */
    readonly comparable: 'no' | 'items' | 'yes';
    readonly textual: boolean;
  }

  interface PlainTable {
    readonly shard: number;
    readonly columns: readonly PlainColumn[];
  }

  /** The first columns of a file as its own reader sees them; null for a file that is refused or empty. */
  async function plainTable(path: string): Promise<PlainTable | null> {
    const reader = await openShard(path, { cacheFolder: join(engine.folder, 'reader'), cacheBytes: 1e9, changed: () => undefined, signal }).catch(() => null);
    if (reader === null) return null;
    await reader.settled();
    const { rows, columns } = reader.state();
    const some = columns.filter(({ name, index }) => columns.findIndex((other) => other.name === name) === index).slice(0, COLUMNS);
    if (rows === 0 || some.length === 0) {
      await reader.close();
      return null;
    }
    const values = await reader.read({ start: 0, end: rows, columns: some.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
    const { types } = await reader.relation(some.map(({ index }) => ({ index, fields: [] })), () => undefined, signal);
    await reader.close();
    const { shard } = await engine.open(path);
    return { shard, columns: some.map((column, i) => plainColumn(column, types[i], values[i] ?? [])) };
  }

  function plainColumn({ name, kind, type: shown }: Column, type: DuckDBType | undefined, values: readonly Value[]): PlainColumn {
    if (type === undefined) throw new Error('a column without a type');
    if (kind === 'list' && values.every((value) => isNullOr(value, 'list') && !itemsOf(value).some(isNested))) {
      return { name, numeric: () => shown.startsWith('array<number'), comparable: 'items', textual: false, values };
    }
    const nested = values.some(isNested);
    return { name, numeric: () => isNumeric(type), comparable: nested || isBytes(values) ? 'no' : 'yes', textual: isTextual(type) && !nested, values: isTextual(type) && !nested ? values.map(asText) : values };
  }

  function isNested(value: Value): boolean {
    return value !== null && typeof value === 'object' && ['list', 'struct', 'map', 'vector'].includes(value.type);
  }

  function isNullOr(value: Value, type: string): boolean {
    return value === null || (typeof value === 'object' && (value.type === type || value.type === 'missing'));
  }

  function isBytes(values: readonly Value[]): boolean {
    return values.some((value) => value !== null && typeof value === 'object' && value.type === 'bytes');
  }

  function itemsOf(value: Value): readonly Value[] {
    return value !== null && typeof value === 'object' && value.type === 'list' ? value.items : [];
  }

  /** Values of different kinds in one column are compared as text. */
  function asText(value: Value): Value {
    if (typeof value === 'string') return value.toWellFormed();
    if (value === null || typeof value === 'boolean') return value === null ? null : String(value);
    return 'text' in value && value.type !== 'invalid' ? value.text : null;
  }

  function queriesFor({ columns }: PlainTable): Query[] {
    return columns.flatMap(({ name, comparable, textual, values }) => {
      const texts = [...new Set(values.flatMap((value) => [value, ...itemsOf(value)].flatMap(shown)))].slice(0, 2);
      const conditions = conditionsFor(name, texts, comparable !== 'no' && !texts.some((text) => /^nan$/i.test(text)), textual);
      const sorted: Query[] = comparable === 'yes' ? [{ conditions: conditions.slice(0, 1), sort: [{ column: [name], descending: true }] }] : [];
      return [...conditions.map((condition): Query => ({ conditions: [condition], sort: [] })), ...sorted];
    });
  }

  function shown(value: Value): string[] {
    if (typeof value === 'string' || typeof value === 'boolean') return [String(value)];
    return value !== null && 'text' in value && value.type !== 'invalid' ? [value.text] : [];
  }
});
