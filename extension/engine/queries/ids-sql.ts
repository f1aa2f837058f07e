import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { isInteger } from './number-sql.ts';
import { isTextual, itemType, plain, type TypedSql } from './value-sql.ts';

/** Ids in a table of DuckDB's with the column `id`, which holds no null. */
export interface IdTable {
  readonly name: string;
  readonly type: DuckDBType;
}

/**
 * SQL that is true where the value is among the ids, or is not; of a null neither. Ids of another type are brought to
 * the column's where that is exact, else both are compared as text.
 * @throws LoupeError `unsupported`
 */
export function idsSql(column: TypedSql, ids: IdTable, not: boolean): string {
  if (column.json !== undefined || itemType(column.type) !== null || NESTED.has(column.type.typeId)) {
    throw new LoupeError('unsupported', `The column ${column.name} holds lists, objects or bytes, which are no ids.`);
  }
  const [value, id] = comparable(column, ids.type);
  const test = `${value} IN (SELECT id FROM (SELECT ${id} AS id FROM ${ids.name}) WHERE id IS NOT NULL)`;
  // A text that is no UUID is none of the ids, which is not the same as a null; and no null is in an empty list.
  return not ? `${column.sql} IS NOT NULL AND NOT coalesce(${test}, false)` : test;
}

const NESTED: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.STRUCT, DuckDBTypeId.MAP, DuckDBTypeId.BLOB]);

function comparable(column: TypedSql, type: DuckDBType): readonly [value: string, id: string] {
  const own = column.type;
  if (own.typeId === DuckDBTypeId.UUID || type.typeId === DuckDBTypeId.UUID) {
    // 32 hexadecimal digits are a UUID without its dashes.
    return [asUuid(column.sql, own), asUuid('id', type)];
  }
  if (isInteger(own) && isInteger(type)) return [column.sql, `TRY_CAST(id AS ${own.toString()})`];
  if (isInteger(own) && isTextual(type)) return [column.sql, `CASE WHEN regexp_full_match(id, '[+-]?[0-9]+') THEN TRY_CAST(id AS ${own.toString()}) END`];
  return [isTextual(own) ? plain(column) : `${column.sql}::VARCHAR`, 'id::VARCHAR'];
}

function asUuid(sql: string, type: DuckDBType): string {
  if (type.typeId === DuckDBTypeId.UUID) return sql;
  return `TRY_CAST(${sql}::VARCHAR AS UUID)`;
}
