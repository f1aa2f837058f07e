import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../../rpc/failure.ts';
import { duckdbError } from '../../duckdb/failure.ts';
import { literalPattern } from '../../duckdb/literal-path.ts';
import { quoteText } from '../../duckdb/quote.ts';
import { query, type QueryOptions, type QueryResult } from '../../duckdb/session.ts';
import type { Relation } from '../../queries/relation.ts';
import { fileError } from '../file-error.ts';

/** What a Parquet file's footer says, as far as reading needs it. */
export interface ParquetTable {
  /** Rows of all row groups together: some writers leave the file's own count at 0. */
  readonly rows: number;
  /** Top-level columns in file order, with the file's own names (which may repeat). */
  readonly columns: readonly { readonly name: string; readonly type: DuckDBType; readonly typeName: string }[];
}

/** Rows `[start, end)`, or single rows in ascending order. */
export type WantedRows = { readonly start: number; readonly end: number } | readonly number[];

const SCAN = scanOf('$1');

/** Files up to this size are scanned from their beginning: as fast as seeking, and DuckDB checks more (see `ListChecks`). */
const SMALL_BYTES = 16 * 1024 * 1024;
const SMALL_ROWS = 1_000_000;

/** A Parquet file on disk that must stay what it was when it was opened. */
export class ParquetFile {
  readonly path: string;
  /** The path as DuckDB's file functions take it. */
  readonly pattern: string;
  readonly #size: number;
  readonly #modified: number;

  private constructor(path: string, size: number, modified: number) {
    this.path = path;
    this.pattern = literalPattern(path);
    this.#size = size;
    this.#modified = modified;
  }

  static async at(path: string): Promise<ParquetFile> {
    const stats = await stat(path).catch((error: unknown) => {
      throw fileError(path, error);
    });
    return new ParquetFile(path, stats.size, stats.mtimeMs);
  }

  /**
   * Runs a statement whose `$1` is this file.
   * @throws LoupeError `changed`, `not-found`, `malformed`, `encrypted`, `timeout`, `cancelled`
   */
  async query(sql: string, options: QueryOptions): Promise<QueryResult> {
    await this.checkUnchanged();
    try {
      return await query(sql, [this.pattern], options);
    } catch (error) {
      await this.checkUnchanged();
      throw duckdbError(this.path, error);
    }
  }

  /** Whether the file is so small that nothing is gained by seeking in it. */
  isSmall(table: ParquetTable): boolean {
    return this.#size <= SMALL_BYTES && table.rows <= SMALL_ROWS;
  }

  /**
   * Values of `expressions` over the columns `c0`, `c1`, ... of alias `t`, and `row`, their number; single rows come in any
   * order.
   * @param seek rows are sought by their number; else they are counted off from the file's first
   */
  select(table: ParquetTable, expressions: readonly string[], rows: WantedRows, seek: boolean, options: QueryOptions): Promise<QueryResult> {
    const scan = `SELECT *, file_row_number AS row FROM ${scanOf('$1', table)}`;
    const page = seek ? soughtRows(scan, table, rows) : countedRows(scan, table, rows);
    return this.query(`SELECT ${expressions.join(', ')} FROM (${page}) AS t`, options);
  }

  /** The rows of the table as a complete table expression, with `row` and `expressions` over `c0`, `c1`, ... */
  async relation(table: ParquetTable, expressions: readonly string[], withLists: boolean): Promise<Pick<Relation, 'from' | 'scan'>> {
    await this.checkUnchanged();
    const select = (files: string, ...more: readonly string[]): string =>
      `SELECT ${[...more, 'file_row_number AS row', ...expressions].join(', ')} FROM ${scanOf(files, table)}`;
    const from = select(quoteText(this.pattern));
    // A limit keeps filters out of the scan: see `ListChecks`.
    if (withLists && this.isSmall(table)) return { from: `(${from} LIMIT ${table.rows})` };
    const schema = schemaKey(table);
    return { from: `(${from})`, ...(schema === null ? {} : { scan: { file: this.pattern, schema, over: (files) => `(${select(files, 'file_index')})` } }) };
  }

  async table(options: QueryOptions): Promise<ParquetTable> {
    const [count, described, structure, schema] = await Promise.all([
      this.query(`SELECT count(*)::VARCHAR FROM ${SCAN}`, options),
      this.query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${SCAN})`, options),
      this.query(`SELECT * FROM ${SCAN} LIMIT 0`, options),
      this.query('SELECT name, num_children::INTEGER FROM parquet_schema($1)', options),
    ]);
    const own = topLevelNames(texts(schema, 0), (schema.columns[1] ?? []).map((count) => Number(count ?? 0)));
    const names = texts(described, 0);
    return {
      rows: Number(texts(count, 0)[0] ?? 0),
      columns: structure.types.map((type, index) => ({
        name: (own.length === structure.types.length ? own[index] : names[index]) ?? `column ${index}`,
        type,
        typeName: texts(described, 1)[index] ?? type.toString(),
      })),
    };
  }

  /** @throws LoupeError `changed`, `not-found` */
  async checkUnchanged(): Promise<void> {
    const stats = await stat(this.path).catch((error: unknown) => {
      throw fileError(this.path, error);
    });
    if (stats.size === this.#size && stats.mtimeMs === this.#modified) return;
    throw new LoupeError('changed', `${basename(this.path)} was changed on disk while it was open; open it again.`, { path: this.path });
  }
}

/** What files must have in common to be scanned together; null where DuckDB, which goes by names without case, would mix columns up. */
function schemaKey({ columns }: ParquetTable): string | null {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return names.size < columns.length ? null : JSON.stringify(columns.map(({ name, type }) => [name, type.toString()]));
}

/** The file as one statement sees it: a literal path, no columns from folder names, columns by position. */
function scanOf(file: string, table?: ParquetTable): string {
  const aliases = table === undefined ? '' : ` AS f(${table.columns.map((_, index) => `c${index}`).join(', ')})`;
  return `read_parquet(${file}, hive_partitioning = false, union_by_name = false, filename = false)${aliases}`;
}

function countedRows(scan: string, table: ParquetTable, rows: WantedRows): string {
  if ('start' in rows) return `${scan} LIMIT ${rows.end - rows.start} OFFSET ${rows.start}`;
  const last = Math.min(table.rows, (rows.at(-1) ?? 0) + 1);
  return `SELECT * FROM (${scan} LIMIT ${last}) WHERE ${memberSql(table, 'row', rows)}`;
}

/** The limit ends the scan of the row group where its rows are found, not at its end. */
function soughtRows(scan: string, table: ParquetTable, rows: WantedRows): string {
  if ('start' in rows) return `${scan} WHERE file_row_number BETWEEN ${rows.start} AND ${rows.end - 1} LIMIT ${rows.end - rows.start}`;
  return `${scan} WHERE ${memberSql(table, 'file_row_number', rows)} LIMIT ${rows.length}`;
}

/**
 * The list becomes a join, which DuckDB 1.5 plans by statistics; those of a VARIANT that is stored in parts make it
 * fail, and with it every later query. A list that is looked through is slower and plans nothing.
 */
function memberSql({ columns }: ParquetTable, row: string, rows: readonly number[]): string {
  const hasVariants = columns.some(({ type }) => type.toString().includes('VARIANT'));
  return hasVariants ? `list_contains([${rows.join(', ')}]::BIGINT[], ${row})` : `${row} IN (${rows.join(', ')})`;
}

/** Names of the root's children in a schema that is listed depth first. DuckDB's own are made unique. */
function topLevelNames(names: readonly string[], childCounts: readonly number[]): string[] {
  const result: string[] = [];
  let next = 1;
  for (let child = 0; child < (childCounts[0] ?? 0) && next < names.length; child++) {
    result.push(names[next] ?? '');
    let open = 1;
    while (open > 0 && next < names.length) {
      open += (childCounts[next] ?? 0) - 1;
      next++;
    }
  }
  return result;
}

function texts(result: QueryResult, column: number): string[] {
  return (result.columns[column] ?? []).map((value: DuckDBValue) => (typeof value === 'string' ? value : String(value)));
}
