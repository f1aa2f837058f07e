import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { quoteName } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';

/** A value in a statement, and its type. */
export interface SqlValue {
  readonly sql: string;
  readonly type: DuckDBType;
}

/** A value as Parquet can hold it. */
export interface ParquetValue {
  readonly sql: string;
  /** What it became where Parquet has no type that holds every value as it is. */
  readonly became?: string;
}

/** DECIMAL has this many digits. */
const WIDEST_DECIMAL = 'DECIMAL(38,0)';

/**
 * Values as Parquet can hold them without a loss. DuckDB writes 128-bit integers as doubles, and intervals, times with a
 * zone and unions as something less: whole numbers become decimals where all of them fit, everything else its text.
 * @param select a statement that gives `what` of the rows
 * @throws LoupeError `cancelled`; DuckDB's own error otherwise
 */
export async function parquetValues(values: readonly SqlValue[], select: (what: string) => string, signal: AbortSignal): Promise<ParquetValue[]> {
  const wide = values.filter(({ type }) => isWide(type));
  const tests = wide.map(({ sql }) => `coalesce(bool_and(${sql} IS NULL OR TRY_CAST(${sql} AS ${WIDEST_DECIMAL}) IS NOT NULL), true)`);
  const { columns } = tests.length === 0 ? { columns: [] } : await query(select(tests.join(', ')), [], { signal });
  const fits = new Set(wide.filter((_, at) => columns[at]?.[0] === true));
  return values.map((value) => {
    if (isWide(value.type)) return cast(value, fits.has(value) ? WIDEST_DECIMAL : 'VARCHAR');
    return holds(value.type) ? { sql: value.sql } : cast(value, heldType(value.type));
  });
}

function cast({ sql }: SqlValue, type: string): ParquetValue {
  return { sql: `CAST(${sql} AS ${type})`, became: type };
}

function isWide({ typeId }: DuckDBType): boolean {
  return typeId === DuckDBTypeId.HUGEINT || typeId === DuckDBTypeId.UHUGEINT;
}

const LOSSY: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.INTERVAL, DuckDBTypeId.TIME_TZ, DuckDBTypeId.UNION, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT, DuckDBTypeId.SQLNULL]);

function holds(type: DuckDBType): boolean {
  return heldType(type) === type.toString();
}

/** The type with everything replaced that Parquet does not hold. */
function heldType(type: DuckDBType): string {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return `${heldType(type.valueType)}[]`;
    case DuckDBTypeId.ARRAY:
      return `${heldType(type.valueType)}[${type.length}]`;
    case DuckDBTypeId.STRUCT: {
      // A struct without names, or one that needs no change, keeps DuckDB's own words for it.
      const fields = type.entryTypes.map((field, at) => `${quoteName(type.entryNames[at] ?? '')} ${heldType(field)}`);
      return type.entryTypes.every(holds) ? type.toString() : `STRUCT(${fields.join(', ')})`;
    }
    case DuckDBTypeId.MAP:
      return holds(type.keyType) && holds(type.valueType) ? type.toString() : `MAP(${heldType(type.keyType)}, ${heldType(type.valueType)})`;
    default:
      return LOSSY.has(type.typeId) ? 'VARCHAR' : type.toString();
  }
}
