import { DuckDBTypeId } from '@duckdb/node-api';

/** What values a type of whole numbers has. */
export interface IntegerType {
  /** Bits that the value's size takes, without the sign. */
  readonly bits: number;
  readonly signed: boolean;
  readonly min: bigint;
  readonly max: bigint;
}

const signed = (width: number): IntegerType => ({ bits: width - 1, signed: true, min: -(1n << BigInt(width - 1)), max: (1n << BigInt(width - 1)) - 1n });
const unsigned = (width: number): IntegerType => ({ bits: width, signed: false, min: 0n, max: (1n << BigInt(width)) - 1n });

/** DuckDB's whole numbers of a fixed width. */
export const INTEGERS: ReadonlyMap<DuckDBTypeId, IntegerType> = new Map([
  [DuckDBTypeId.TINYINT, signed(8)],
  [DuckDBTypeId.SMALLINT, signed(16)],
  [DuckDBTypeId.INTEGER, signed(32)],
  [DuckDBTypeId.BIGINT, signed(64)],
  [DuckDBTypeId.HUGEINT, signed(128)],
  [DuckDBTypeId.UTINYINT, unsigned(8)],
  [DuckDBTypeId.USMALLINT, unsigned(16)],
  [DuckDBTypeId.UINTEGER, unsigned(32)],
  [DuckDBTypeId.UBIGINT, unsigned(64)],
  [DuckDBTypeId.UHUGEINT, unsigned(128)],
]);
