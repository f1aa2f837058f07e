import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';

/** Bytes that are counted for a value beside what varies in it. */
const FIXED = 16;

/** SQL for about as many bytes as a value takes; never null. */
export function sizeSql(type: DuckDBType, e: string, depth = 0): string {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BIT:
    case DuckDBTypeId.BIGNUM:
    case DuckDBTypeId.VARIANT:
    case DuckDBTypeId.GEOMETRY:
    case DuckDBTypeId.UNION:
      return `(${FIXED} + coalesce(strlen(${e}::VARCHAR), 0))`;
    case DuckDBTypeId.BLOB:
      return `(${FIXED} + coalesce(octet_length(${e}), 0))`;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return itemsSql(type.valueType, e, depth);
    case DuckDBTypeId.STRUCT:
      return `(${[FIXED, ...type.entryTypes.map((field, at) => sizeSql(field, `struct_extract_at(${e}, ${at + 1})`, depth + 1))].join(' + ')})`;
    case DuckDBTypeId.MAP:
      return `(${itemsSql(type.keyType, `map_keys(${e})`, depth)} + ${itemsSql(type.valueType, `map_values(${e})`, depth)})`;
    default:
      return String(FIXED);
  }
}

function itemsSql(item: DuckDBType, e: string, depth: number): string {
  const size = sizeSql(item, `s${depth}`, depth + 1);
  const items = size === String(FIXED) ? `len(${e}) * ${FIXED}` : `list_sum(list_transform(${e}, lambda s${depth}: ${size}))`;
  return `(${FIXED} + coalesce(${items}, 0))`;
}
