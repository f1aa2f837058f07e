import type { Leaf } from '../parquet-pages/layout.ts';
import { ThriftStruct } from '../parquet-pages/thrift.ts';

/** Field numbers of a chunk's statistics. */
const STATISTICS = { nulls: 3, most: 5, least: 6, isMostExact: 7, isLeastExact: 8 } as const;
/** A longer bound would only fill the footer. */
const MAX_BOUND = 4_096;

/** Less than, equal to or greater than 0, as numbers are compared; NaN where two values have no order. */
export type Order = (a: Buffer, b: Buffer) => number;

/** What was written into a chunk. */
export interface WrittenValues {
  /** By how much its nulls are more. */
  readonly nullsBy: number;
  /** All that were not there before; more do no harm. */
  readonly values: Iterable<Uint8Array>;
  /** Of the values; null where their bounds cannot be told. */
  readonly order: Order | null;
}

/**
 * What is still true of a chunk: its old bounds, widened by what was written and marked inexact, since the value that was
 * the least may be gone. Null where nothing is left to say.
 */
export function widenedStatistics(old: ThriftStruct, { nullsBy, values, order }: WrittenValues): ThriftStruct | null {
  const widened = new ThriftStruct();
  const nulls = old.number(STATISTICS.nulls);
  if (nulls !== null && nulls + nullsBy >= 0) widened.setInteger(STATISTICS.nulls, nulls + nullsBy);
  const [least, most] = [old.binary(STATISTICS.least), old.binary(STATISTICS.most)];
  const bounds = order === null || least === null || most === null ? null : widenedBounds([Buffer.from(least), Buffer.from(most)], values, order);
  if (bounds !== null) {
    widened.setBinary(STATISTICS.least, bounds[0]).setBinary(STATISTICS.most, bounds[1]);
    widened.setBoolean(STATISTICS.isMostExact, false).setBoolean(STATISTICS.isLeastExact, false);
  }
  return nulls === null && bounds === null ? null : widened;
}

function widenedBounds([first, last]: readonly [Buffer, Buffer], values: Iterable<Uint8Array>, order: Order): [Buffer, Buffer] | null {
  let [least, most] = [first, last];
  if (!(order(least, most) <= 0)) return null;
  for (const each of values) {
    const value = Buffer.from(each);
    const [below, above] = [order(value, least), order(value, most)];
    if (Number.isNaN(below) || Number.isNaN(above)) return null;
    if (below < 0) least = value;
    if (above > 0) most = value;
  }
  return least.length > MAX_BOUND || most.length > MAX_BOUND ? null : [least, most];
}

/** How the format orders a leaf's values; null where it gives them no order, or one that readers do not agree about. */
export function orderOf({ physical, typeLength, meaning }: Pick<Leaf, 'physical' | 'typeLength' | 'meaning'>): Order | null {
  switch (physical) {
    case 'BOOLEAN':
      return ofWidth(1, (bytes) => bytes.readUInt8());
    case 'INT32':
      return ofWidth(4, meaning.isSigned ? (bytes) => bytes.readInt32LE() : (bytes) => bytes.readUInt32LE());
    case 'INT64':
      return ofWidth(8, meaning.isSigned ? (bytes) => bytes.readBigInt64LE() : (bytes) => bytes.readBigUInt64LE());
    case 'FLOAT':
      return ofWidth(4, (bytes) => bytes.readFloatLE());
    case 'DOUBLE':
      return ofWidth(8, (bytes) => bytes.readDoubleLE());
    case 'BYTE_ARRAY':
      return /^(STRING|ENUM|JSON)$/.test(meaning.name) ? (a, b) => a.compare(b) : null;
    case 'FIXED_LEN_BYTE_ARRAY':
      return meaning.name === 'UUID' ? ofWidth(typeLength, (bytes) => BigInt(`0x${bytes.toString('hex')}`)) : null;
    default:
      return null;
  }
}

/** @param read the value of bytes of the right number; NaN for those that have no order */
function ofWidth(width: number, read: (bytes: Buffer) => number | bigint): Order {
  return (a, b) => {
    if (width === 0 || a.length !== width || b.length !== width) return NaN;
    const [first, second] = [read(a), read(b)];
    if (Number.isNaN(first) || Number.isNaN(second)) return NaN;
    return first < second ? -1 : Number(first > second);
  };
}
