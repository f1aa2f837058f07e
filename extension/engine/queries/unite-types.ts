import { BIGINT, DECIMAL, DOUBLE, DuckDBTypeId, HUGEINT, INTEGER, SMALLINT, VARCHAR, type DuckDBType } from '@duckdb/node-api';

/** Whole numbers by the bits that their size takes, and whether they have a sign. */
const INTEGERS: ReadonlyMap<DuckDBTypeId, readonly [bits: number, signed: boolean]> = new Map([
  [DuckDBTypeId.TINYINT, [7, true]],
  [DuckDBTypeId.SMALLINT, [15, true]],
  [DuckDBTypeId.INTEGER, [31, true]],
  [DuckDBTypeId.BIGINT, [63, true]],
  [DuckDBTypeId.HUGEINT, [127, true]],
  [DuckDBTypeId.UTINYINT, [8, false]],
  [DuckDBTypeId.USMALLINT, [16, false]],
  [DuckDBTypeId.UINTEGER, [32, false]],
  [DuckDBTypeId.UBIGINT, [64, false]],
  [DuckDBTypeId.UHUGEINT, [128, false]],
]);

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
  if (INTEGERS.has(a.typeId) && INTEGERS.has(b.typeId)) return uniteIntegers(a, b);
  if (isNumeric(a) && isNumeric(b)) return uniteFractions(a, b);
  return VARCHAR;
}

function isNumeric({ typeId }: DuckDBType): boolean {
  return INTEGERS.has(typeId) || typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE || typeId === DuckDBTypeId.DECIMAL;
}

function uniteIntegers(a: DuckDBType, b: DuckDBType): DuckDBType {
  const [aBits, aSigned] = INTEGERS.get(a.typeId) ?? [127, true];
  const [bBits, bSigned] = INTEGERS.get(b.typeId) ?? [127, true];
  if (aSigned === bSigned) return aBits >= bBits ? a : b;
  return SIGNED.find(([bits]) => bits >= Math.max(aBits, bBits))?.[1] ?? VARCHAR;
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
  const bits = INTEGERS.get(type.typeId)?.[0];
  return bits === undefined ? null : { whole: Math.ceil(bits * Math.log10(2)), scale: 0 };
}
