import { BIGINT, DECIMAL, DOUBLE, DuckDBTypeId, HUGEINT, INTEGER, SMALLINT, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { INTEGERS, type IntegerType } from '../duckdb/integers.ts';

/** Signed types, the narrowest first. */
const SIGNED: readonly (readonly [bits: number, type: DuckDBType])[] = [
  [15, SMALLINT],
  [31, INTEGER],
  [63, BIGINT],
  [127, HUGEINT],
];

/** Decimal digits that DuckDB's widest decimal has. */
const MAX_DIGITS = 38;

/** The narrowest type that has the values of all; text where there is none. Null for no type at all. */
export function uniteTypes(types: readonly DuckDBType[]): DuckDBType | null {
  const [first, ...rest] = types;
  return first === undefined ? null : rest.reduce(unite, first);
}

export function sameType(a: DuckDBType, b: DuckDBType): boolean {
  return a.typeId === b.typeId && a.toString() === b.toString();
}

function unite(a: DuckDBType, b: DuckDBType): DuckDBType {
  if (sameType(a, b) || b.typeId === DuckDBTypeId.SQLNULL) return a;
  if (a.typeId === DuckDBTypeId.SQLNULL) return b;
  const [aInteger, bInteger] = [INTEGERS.get(a.typeId), INTEGERS.get(b.typeId)];
  if (aInteger !== undefined && bInteger !== undefined) return uniteIntegers([a, aInteger], [b, bInteger]);
  if (isNumeric(a) && isNumeric(b)) return uniteFractions(a, b);
  return VARCHAR;
}

function isNumeric({ typeId }: DuckDBType): boolean {
  return INTEGERS.has(typeId) || typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE || typeId === DuckDBTypeId.DECIMAL;
}

function uniteIntegers([a, aInteger]: readonly [DuckDBType, IntegerType], [b, bInteger]: readonly [DuckDBType, IntegerType]): DuckDBType {
  if (aInteger.signed === bInteger.signed) return aInteger.bits >= bInteger.bits ? a : b;
  return SIGNED.find(([bits]) => bits >= Math.max(aInteger.bits, bInteger.bits))?.[1] ?? VARCHAR;
}

/** A decimal where it has the digits; else a double, as DuckDB does for what is measured. */
function uniteFractions(a: DuckDBType, b: DuckDBType): DuckDBType {
  const [aDigits, bDigits] = [digitsOf(a), digitsOf(b)];
  if (aDigits === null || bDigits === null) return DOUBLE;
  const scale = Math.max(aDigits.scale, bDigits.scale);
  const width = Math.max(aDigits.whole, bDigits.whole) + scale;
  return width <= MAX_DIGITS ? DECIMAL(width, scale) : DOUBLE;
}

function digitsOf(type: DuckDBType): { readonly whole: number; readonly scale: number } | null {
  if (type.typeId === DuckDBTypeId.DECIMAL) return { whole: type.width - type.scale, scale: type.scale };
  const bits = INTEGERS.get(type.typeId)?.bits;
  return bits === undefined ? null : { whole: Math.ceil(bits * Math.log10(2)), scale: 0 };
}
