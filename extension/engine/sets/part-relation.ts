import { DuckDBTypeId, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { quoteText } from '../duckdb/quote.ts';
import { jsonSql } from '../queries/json-sql.ts';
import type { FileScan } from '../queries/relation.ts';
import type { SetPart } from './part.ts';
import { sameType } from '../queries/unite-types.ts';

/** A column of the set in one shard: the shard's name, nothing where it has no such column, or what it has. */
export type PartColumn = 'shard' | null | { readonly place: number; readonly type: DuckDBType };

/** One shard as DuckDB sees it, with the columns that the set asks for. */
export interface PartRelation {
  readonly part: SetPart;
  /** Its first row in the set. */
  readonly start: number;
  readonly from: string;
  readonly scan: FileScan | undefined;
  /** DuckDB may find its rows in another order. */
  readonly unordered: boolean;
  /** Rows that DuckDB finds; more than the set counted where the file grew. */
  readonly rows: number;
  readonly columns: readonly PartColumn[];
}

/** One shard's rows in the set's types. */
export function selectOf({ part, start, from, rows, columns }: PartRelation, types: readonly DuckDBType[]): string {
  const grown = rows > part.rows ? ` WHERE row < ${part.rows}` : '';
  return `SELECT row + ${start} AS row${castColumns(columns, types, quoteText(part.file.name))} FROM ${from}${grown}`;
}

/** `, v3 AS v0, m3 AS m0, CAST(v1 AS BIGINT) AS v1, m1 AS m1, ...`; `name` is the shard's name in SQL. */
export function castColumns(columns: readonly PartColumn[], types: readonly DuckDBType[], name: string): string {
  return columns.map((column, i) => `, ${castColumn(column, types[i] ?? VARCHAR, name)} AS v${i}, ${isMissing(column)} AS m${i}`).join('');
}

function castColumn(column: PartColumn, type: DuckDBType, name: string): string {
  if (column === 'shard') return name;
  if (column !== null && sameType(column.type, type)) return `v${column.place}`;
  if (column !== null && type.typeId === DuckDBTypeId.VARCHAR && NESTED.has(column.type.typeId)) return `CASE WHEN v${column.place} IS NOT NULL THEN ${jsonSql(column.type, `v${column.place}`)} END`;
  return `CAST(${column === null ? 'NULL' : `v${column.place}`} AS ${type.toString()})`;
}

/** Types whose values are JSON text beside those of a shard that has JSON text. */
const NESTED: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.LIST, DuckDBTypeId.ARRAY, DuckDBTypeId.STRUCT, DuckDBTypeId.MAP]);

function isMissing(column: PartColumn): string {
  return column === 'shard' ? 'false' : column === null ? 'true' : `m${column.place}`;
}
