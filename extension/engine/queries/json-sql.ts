import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { quoteText } from '../duckdb/quote.ts';
import { isFloat, isNumber, isTemporal, isText } from '../shards/parquet/cell-plan.ts';

/** DuckDB refuses deeper expressions. */
const MAX_TYPE_DEPTH = 64;

/**
 * SQL for a value as JSON text, `null` for a null: the same text that `jsonText` gives for what a reader gives, but for
 * the spelling of escapes. Numbers have the digits that they have, NaN and infinities are as Python writes them, bytes are
 * base64, times are text.
 * @throws LoupeError `unsupported` for a type that is nested too deep, or that has no text
 */
export function jsonSql(type: DuckDBType, e: string, depth = 0): string {
  if (depth > MAX_TYPE_DEPTH) throw new LoupeError('unsupported', `A column is nested deeper than ${MAX_TYPE_DEPTH} types, which cannot be written as text.`);
  if (isFloat(type)) return floatSql(e);
  if (isNumber(type) || type.typeId === DuckDBTypeId.BOOLEAN) return orNull(`${e}::VARCHAR`);
  if (isTemporal(type)) return orNull(`'"' || ${e}::VARCHAR || '"'`);
  if (isText(type)) return orNull(`to_json(${e}::VARCHAR)::VARCHAR`);
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return "'null'";
    case DuckDBTypeId.BLOB:
      return orNull(`'"' || to_base64(${e}) || '"'`);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return whereAny(e, `concat('[', ${itemsSql(e, depth, (item) => jsonSql(type.valueType, item, depth + 1))}, ']')`);
    case DuckDBTypeId.STRUCT:
      return whereAny(e, objectSql(type.entryTypes.map((field, at) => [type.entryNames[at] ?? '', jsonSql(field, `struct_extract_at(${e}, ${at + 1})`, depth + 1)])));
    case DuckDBTypeId.MAP: {
      const entry = (item: string): string => `concat(${keySql(type.keyType, `struct_extract_at(${item}, 1)`, depth + 1)}, ': ', ${jsonSql(type.valueType, `struct_extract_at(${item}, 2)`, depth + 1)})`;
      return whereAny(e, `concat('{', ${itemsSql(`map_entries(${e})`, depth, entry)}, '}')`);
    }
    default:
      throw new LoupeError('unsupported', `Values of the type ${type.toString()} have no text form.`);
  }
}

/** A JSON object of values that are JSON text already. */
export function objectSql(fields: readonly (readonly [name: string, json: string])[]): string {
  if (fields.length === 0) return "'{}'";
  return `concat(${fields.map(([name, json], at) => `${quoteText(`${at === 0 ? '{' : ', '}${JSON.stringify(name)}: `)}, ${json}`).join(', ')}, '}')`;
}

function floatSql(e: string): string {
  return `CASE WHEN isfinite(${e}) THEN ${e}::VARCHAR WHEN isnan(${e}) THEN 'NaN' WHEN ${e} > 0 THEN 'Infinity' WHEN ${e} < 0 THEN '-Infinity' ELSE 'null' END`;
}

/** JSON keys are text: a key of another type is the text of its JSON. */
function keySql(type: DuckDBType, e: string, depth: number): string {
  return isText(type) ? jsonSql(type, e, depth) : `to_json(${jsonSql(type, e, depth)})::VARCHAR`;
}

function itemsSql(list: string, depth: number, item: (variable: string) => string): string {
  const variable = `x${depth}`;
  return `array_to_string(list_transform(${list}, lambda ${variable}: ${item(variable)}), ', ')`;
}

function orNull(sql: string): string {
  return `coalesce(${sql}, 'null')`;
}

function whereAny(e: string, sql: string): string {
  return `CASE WHEN ${e} IS NULL THEN 'null' ELSE ${sql} END`;
}
