import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../../rpc/failure.ts';
import type { ColumnRef, Relation } from '../../queries/relation.ts';
import type { ParquetFile, ParquetTable } from './table.ts';

/** The file in place as a table of DuckDB's. @throws LoupeError `changed`, `not-found`, `invalid-request` */
export async function parquetRelation(file: ParquetFile, table: ParquetTable, columns: readonly ColumnRef[]): Promise<Relation> {
  const found = columns.map((column) => locate(file, table, column));
  const from = await file.relation(
    table,
    found.map(({ sql }, index) => `${sql} AS v${index}, false AS m${index}`),
    columns.some(({ index }) => holdsLists(table.columns[index]?.type)),
  );
  return { from, types: found.map(({ type }) => type), rows: table.rows };
}

/** Fields are taken by position: DuckDB's own names are without case, the file's may not be. */
function locate(file: ParquetFile, table: ParquetTable, { index, fields }: ColumnRef): { readonly sql: string; readonly type: DuckDBType } {
  const column = table.columns[index];
  if (column === undefined) throw new LoupeError('invalid-request', `There is no column ${index}.`, { path: file.path });
  let { type } = column;
  let sql = `c${index}`;
  for (const field of fields) {
    const position = type.typeId === DuckDBTypeId.STRUCT ? type.entryNames.indexOf(field) : -1;
    if (type.typeId !== DuckDBTypeId.STRUCT || position < 0) {
      throw new LoupeError('invalid-request', `The column ${column.name} has no field ${fields.join('.')}.`, { path: file.path });
    }
    sql = `struct_extract_at(${sql}, ${position + 1})`;
    type = type.entryTypes[position] ?? type;
  }
  return { sql, type };
}

function holdsLists(type: DuckDBType | undefined): boolean {
  switch (type?.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.MAP:
      return true;
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.some(holdsLists);
    default:
      return false;
  }
}
