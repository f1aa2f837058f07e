import type { QueryResult } from '../duckdb/session.ts';
import { CELL_KINDS, type CellKind } from './cell.ts';
import type { ColumnFacts } from './column-type.ts';

/** SQL of the type that tells a cell's kind. */
export const KIND_TYPE = `ENUM(${CELL_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

const INTEGER = "'-?[0-9]+'";
const DECIMAL = "'-?[0-9]+([.][0-9]+)?'";
const SPECIAL = "('NaN', 'Infinity', '-Infinity')";

/** One row: for each column a number whose bits are the kinds that it holds. */
export function kindsSql(rows: string, columns: number): string {
  const sets = Array.from({ length: columns }, (_, at) => `coalesce(bit_or(1 << enum_code(k${at})::INTEGER), 0)::INTEGER`);
  return `SELECT ${sets.join(', ')} FROM ${rows}`;
}

export function kindsOf(result: QueryResult): ReadonlySet<CellKind>[] {
  return result.columns.map(([bits]) => new Set(CELL_KINDS.filter((_, at) => (Number(bits) & (1 << at)) !== 0)));
}

/** One row with the facts of one column's numbers; its texts that are none are left out. */
export function numberFactsSql(rows: string, column: number): string {
  const every = (test: string): string => `coalesce(bool_and(${test}), true)`;
  return `WITH numbers AS (
      SELECT c${column} AS n, regexp_full_match(c${column}, ${INTEGER}) AS whole, TRY_CAST(c${column} AS DOUBLE) AS d
      FROM ${rows} WHERE k${column} IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'NUMBER'))
    SELECT ${every('whole')},
      ${every('whole AND TRY_CAST(n AS BIGINT) IS NOT NULL')},
      ${every('whole AND TRY_CAST(n AS HUGEINT) IS NOT NULL')},
      ${every('NOT whole OR coalesce(TRY_CAST(d AS HUGEINT) = TRY_CAST(n AS HUGEINT), false)')},
      ${every(`whole OR n IN ${SPECIAL} OR coalesce(isfinite(d), false)`)},
      ${every(`regexp_full_match(n, ${DECIMAL})`)},
      coalesce(max(strlen(ltrim(split_part(n, '.', 1), '-0'))), 0)::INTEGER,
      coalesce(max(strlen(split_part(n, '.', 2))), 0)::INTEGER
    FROM numbers`;
}

export function numberFactsOf(kinds: ReadonlySet<CellKind>, { columns }: QueryResult): ColumnFacts {
  const holds = (at: number): boolean => columns[at]?.[0] === true;
  return {
    kinds,
    whole: holds(0),
    fitsBigint: holds(1),
    fitsHugeint: holds(2),
    wholeAreDoubles: holds(3),
    restAreDoubles: holds(4),
    decimal: holds(5),
    wholeDigits: Number(columns[6]?.[0] ?? 0),
    fractionDigits: Number(columns[7]?.[0] ?? 0),
  };
}
