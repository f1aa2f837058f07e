import type { CellKind } from './cell.ts';

/** What one pass over a column's texts found. The facts of numbers are those of numbers only. */
export interface ColumnFacts {
  readonly kinds: ReadonlySet<CellKind>;
  /** Every number is written as an integer. */
  readonly whole: boolean;
  readonly fitsBigint: boolean;
  readonly fitsHugeint: boolean;
  /** Every number that is written as an integer is a DOUBLE's value. */
  readonly wholeAreDoubles: boolean;
  /** Every other number is a DOUBLE's value, NaN and infinities among them. */
  readonly restAreDoubles: boolean;
  /** Every number is written in digits and a point. */
  readonly decimal: boolean;
  /** Digits before and behind the point at most. */
  readonly wholeDigits: number;
  readonly fractionDigits: number;
}

/** DECIMAL has so many digits at most. */
const DECIMAL_DIGITS = 38;
const NUMBERS: ReadonlySet<CellKind> = new Set(['BIGINT', 'UBIGINT', 'DOUBLE', 'NUMBER']);
const NOTHING: ReadonlySet<CellKind> = new Set(['NULL', 'INVALID']);

export interface ColumnType {
  readonly sql: string;
  /** Numbers stay text, which must then be the file's own and not DuckDB's. */
  readonly ownNumbers: boolean;
}

/** The type that holds every value of a column exactly; VARCHAR where there is none, or where the values are mixed. */
export function decideType(facts: ColumnFacts): ColumnType {
  const held = [...facts.kinds].filter((kind) => !NOTHING.has(kind));
  if (held.length === 1 && held[0] === 'BOOLEAN') return { sql: 'BOOLEAN', ownNumbers: false };
  const number = held.length > 0 && held.every((kind) => NUMBERS.has(kind)) ? numberType(facts) : null;
  if (number !== null) return { sql: number, ownNumbers: false };
  return { sql: 'VARCHAR', ownNumbers: held.some((kind) => NUMBERS.has(kind)) };
}

function numberType(facts: ColumnFacts): string | null {
  if (facts.whole && facts.fitsBigint) return 'BIGINT';
  if (facts.whole && facts.fitsHugeint) return 'HUGEINT';
  if (!facts.kinds.has('NUMBER') && facts.wholeAreDoubles && facts.restAreDoubles) return 'DOUBLE';
  const digits = facts.wholeDigits + facts.fractionDigits;
  return facts.decimal && digits <= DECIMAL_DIGITS ? `DECIMAL(${Math.max(1, digits)}, ${facts.fractionDigits})` : null;
}
