import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { INTEGERS } from '../duckdb/integers.ts';
import { compareDecimals, parseNumber, scaled, type Decimal, type ParsedNumber } from './decimal.ts';

/**
 * Comparisons of numbers in SQL that are exact for every type. A bound cuts where it would cut the column's decimal
 * texts, which the grid shows: a FLOAT that shows 0.28 is at least 0.28, although it is more than that double.
 */

/** One end of a range. */
export interface Bound {
  readonly side: 'min' | 'max';
  readonly number: Exclude<ParsedNumber, 'nan'>;
  /** Equal values are left out. */
  readonly open: boolean;
}

/** A comparison of a column with a literal, or one that every value passes or fails. */
export type Comparison = { readonly operator: '>' | '>=' | '<' | '<='; readonly literal: string } | boolean;

interface WholeType {
  /** Digits behind the point. */
  readonly scale: number;
  readonly min: bigint;
  readonly max: bigint;
}

/** Digits of a BIGNUM that a filter may name. */
const MAX_BIGNUM_DIGITS = 10_000;

export function isInteger(type: DuckDBType): boolean {
  return INTEGERS.has(type.typeId);
}

export function isFloating(type: DuckDBType): boolean {
  return type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE;
}

/** Whether values of this type are compared here. */
export function isNumeric(type: DuckDBType): boolean {
  return isInteger(type) || isFloating(type) || type.typeId === DuckDBTypeId.DECIMAL || type.typeId === DuckDBTypeId.BIGNUM;
}

/** What a value of a numeric type has to be, to lie on the right side of a bound. NaN is the caller's to exclude. */
export function boundComparison(type: DuckDBType, bound: Bound): Comparison {
  return isFloating(type) ? floatBound(type, bound) : wholeBound(type, bound);
}

/** The values of a numeric type that are this number: none, one, or both zeros. */
export function equalLiterals(type: DuckDBType, number: ParsedNumber): string[] {
  if (isFloating(type)) {
    const nearest = nearestFloat(type, number);
    if (!isSame(type, nearest, number)) return [];
    // Both zeros: DuckDB 1.5.6 asks the bloom filters of Parquet for an equal value, and they tell 0 from -0.
    return nearest === 0 ? [floatLiteral(type, 0), `CAST('-0' AS ${type.toString()})`] : [floatLiteral(type, nearest)];
  }
  const whole = wholeType(type);
  const value = typeof number === 'string' ? null : scaled(number, whole.scale, digitsOf(whole));
  if (!value?.exact || outside(whole, value.floor)) return [];
  return [wholeLiteral(type, whole, value.floor)];
}

function wholeBound(type: DuckDBType, { side, number, open }: Bound): Comparison {
  const whole = wholeType(type);
  const sign = side === 'min' ? 1 : -1;
  if (typeof number === 'string') return (number === 'infinity' ? 1 : -1) !== sign;
  const value = scaled(number, whole.scale, digitsOf(whole));
  if (value === null) return (number.negative ? -1 : 1) !== sign;
  const shift = side === 'min' ? (!value.exact || open ? 1n : 0n) : value.exact && open ? -1n : 0n;
  const end = value.floor + shift;
  if (side === 'min') return end > whole.max ? false : end <= whole.min ? true : { operator: '>=', literal: wholeLiteral(type, whole, end) };
  return end < whole.min ? false : end >= whole.max ? true : { operator: '<=', literal: wholeLiteral(type, whole, end) };
}

function floatBound(type: DuckDBType, { side, number, open }: Bound): Comparison {
  const nearest = nearestFloat(type, number);
  const place = compareFloat(type, nearest, number);
  const [closed, beyond] = side === 'min' ? (['>=', '>'] as const) : (['<=', '<'] as const);
  // No value of the type lies between the bound and its nearest one, which may be on either side of it.
  const inside = side === 'min' ? place > 0 : place < 0;
  const operator = place === 0 ? (open ? beyond : closed) : inside ? closed : beyond;
  return { operator, literal: floatLiteral(type, nearest) };
}

function wholeType(type: DuckDBType): WholeType {
  const integer = INTEGERS.get(type.typeId);
  if (integer !== undefined) return { scale: 0, min: integer.min, max: integer.max };
  const [width, scale] = type.typeId === DuckDBTypeId.DECIMAL ? [type.width, type.scale] : [MAX_BIGNUM_DIGITS, 0];
  const end = 10n ** BigInt(width) - 1n;
  return { scale, min: -end, max: end };
}

function digitsOf({ max }: WholeType): number {
  return max.toString().length + 1;
}

function outside({ min, max }: WholeType, value: bigint): boolean {
  return value < min || value > max;
}

function wholeLiteral(type: DuckDBType, { scale }: WholeType, value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `CAST('${value < 0n ? '-' : ''}${text}' AS ${type.toString()})`;
}

function floatLiteral(type: DuckDBType, value: number): string {
  return `CAST('${Number.isNaN(value) ? 'nan' : String(value)}' AS ${type.toString()})`;
}

/** A value of the type with none between it and the number. */
function nearestFloat(type: DuckDBType, number: ParsedNumber): number {
  const double = typeof number === 'string' ? { nan: NaN, infinity: Infinity, '-infinity': -Infinity }[number] : Number(textOf(number));
  return type.typeId === DuckDBTypeId.FLOAT ? Math.fround(double) : double;
}

function isSame(type: DuckDBType, float: number, number: ParsedNumber): boolean {
  if (number === 'nan' || Number.isNaN(float)) return number === 'nan' && Number.isNaN(float);
  return compareFloat(type, float, number) === 0;
}

function compareFloat(type: DuckDBType, float: number, number: Exclude<ParsedNumber, 'nan'>): number {
  const shown = Number.isFinite(float) ? parseNumber(shortestText(type, float)) : null;
  if (typeof number === 'string') return float === (number === 'infinity' ? Infinity : -Infinity) ? 0 : number === 'infinity' ? -1 : 1;
  if (shown === null || typeof shown === 'string') return float > 0 ? 1 : -1;
  return compareDecimals(shown, number);
}

/** The fewest digits that name this value of the type, as the grid shows it. */
function shortestText(type: DuckDBType, value: number): string {
  if (type.typeId !== DuckDBTypeId.FLOAT) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toPrecision(9);
}

function textOf({ negative, digits, exponent }: Decimal): string {
  return `${negative ? '-' : ''}0.${digits || '0'}e${exponent}`;
}
