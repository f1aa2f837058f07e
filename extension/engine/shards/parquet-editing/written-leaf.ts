import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Value } from '../../../protocol/values.ts';
import type { Leaf } from '../parquet-pages/layout.ts';
import { EditFault } from './edit-fault.ts';
import { dateDays, timeUnits, timestampUnits } from './written-time.ts';

/** Bytes of a value that is not null, as a PLAIN page has them, without the length before a BYTE_ARRAY. @throws EditFault */
export type WriteLeaf = (value: Exclude<Value, null>) => Uint8Array;

type LeafOf = Pick<Leaf, 'physical' | 'typeLength' | 'meaning'>;

const INTEGERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER, DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT, DuckDBTypeId.USMALLINT, DuckDBTypeId.UINTEGER, DuckDBTypeId.UBIGINT,
]); // prettier-ignore
const TIMES: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.TIME, DuckDBTypeId.TIME_TZ, DuckDBTypeId.TIME_NS]);
const TIMESTAMPS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_S, DuckDBTypeId.TIMESTAMP_MS, DuckDBTypeId.TIMESTAMP_NS, DuckDBTypeId.TIMESTAMP_TZ,
]); // prettier-ignore

/** How values that are shown as `type` are written into a leaf; a reason where they are not, because they could not be read back the same. */
export function writeLeaf(leaf: LeafOf, type: DuckDBType): WriteLeaf | string {
  const { physical, meaning } = leaf;
  const { typeId } = type;
  switch (physical) {
    case 'BOOLEAN':
      return typeId === DuckDBTypeId.BOOLEAN ? booleanBytes : other(leaf);
    case 'FLOAT':
      return typeId === DuckDBTypeId.FLOAT && meaning.name === '' ? (value) => floatBytes(value, 4) : other(leaf);
    case 'DOUBLE':
      return typeId === DuckDBTypeId.DOUBLE && meaning.name === '' ? (value) => floatBytes(value, 8) : other(leaf);
    case 'INT96':
      return 'Its times are stored as INT96, which is not written any more.';
    case 'BYTE_ARRAY':
      if (typeId === DuckDBTypeId.VARCHAR && /^(STRING|ENUM|JSON)$/.test(meaning.name)) return meaning.name === 'JSON' ? jsonBytes : textBytes;
      return meaning.name === 'DECIMAL' ? decimal(leaf, typeId) : other(leaf);
    case 'FIXED_LEN_BYTE_ARRAY':
      if (meaning.name === 'FLOAT16' && typeId === DuckDBTypeId.FLOAT && leaf.typeLength === 2) return halfBytes;
      if (meaning.name === 'UUID' && typeId === DuckDBTypeId.UUID && leaf.typeLength === 16) return uuidBytes;
      return meaning.name === 'DECIMAL' ? decimal(leaf, typeId) : other(leaf);
    default:
      return number(leaf, typeId);
  }
}

function number(leaf: LeafOf, typeId: DuckDBTypeId): WriteLeaf | string {
  const { meaning, physical } = leaf;
  const size = physical === 'INT32' ? 4 : 8;
  const units = meaning.unit;
  if ((meaning.name === '' || meaning.name === 'INTEGER') && INTEGERS.has(typeId)) return (value) => integerBytes(integerOf(value), meaning, size);
  if (meaning.name === 'DECIMAL') return decimal(leaf, typeId);
  if (meaning.name === 'DATE' && typeId === DuckDBTypeId.DATE && size === 4) return (value) => signedBytes(dateDays(textOf(value, 'a date')), 4);
  if (meaning.name === 'TIME' && TIMES.has(typeId) && units !== '') return (value) => signedBytes(timeUnits(textOf(value, 'a time'), units), size);
  if (meaning.name === 'TIMESTAMP' && TIMESTAMPS.has(typeId) && units !== '' && size === 8) return (value) => signedBytes(timestampUnits(textOf(value, 'a timestamp'), units), size);
  return other(leaf);
}

function decimal({ physical, typeLength, meaning: { scale, precision } }: LeafOf, typeId: DuckDBTypeId): WriteLeaf | string {
  if (typeId !== DuckDBTypeId.DECIMAL || precision > 38 || scale < 0 || scale > precision) return 'Its decimals have more digits than Loupe reads exactly.';
  return (value) => {
    const unscaled = decimalUnits(numberOf(value), scale, precision);
    if (physical === 'INT32' || physical === 'INT64') return signedBytes(unscaled, physical === 'INT32' ? 4 : 8);
    return bigEndian(unscaled, physical === 'BYTE_ARRAY' ? null : typeLength);
  };
}

function other({ physical, meaning }: LeafOf): string {
  if (physical === 'BYTE_ARRAY' && meaning.name === '') return 'Its values are bytes, not text.';
  return `Its values are stored as ${physical}${meaning.name === '' ? '' : ` (${meaning.name})`}, which Loupe does not write.`;
}

function booleanBytes(value: Exclude<Value, null>): Uint8Array {
  if (typeof value !== 'boolean') throw new EditFault('it takes true or false');
  return Uint8Array.of(value ? 1 : 0);
}

function textBytes(value: Exclude<Value, null>): Uint8Array {
  return Buffer.from(textOf(value, 'a text'));
}

function jsonBytes(value: Exclude<Value, null>): Uint8Array {
  const text = textOf(value, 'a text of JSON');
  try {
    JSON.parse(text);
  } catch {
    throw new EditFault('its texts are JSON, and this one is not');
  }
  return Buffer.from(text);
}

function uuidBytes(value: Exclude<Value, null>): Uint8Array {
  const text = textOf(value, 'a UUID');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new EditFault('it takes a UUID');
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

function textOf(value: Exclude<Value, null>, wanted: string): string {
  // As JSON says it, or as the shard itself does.
  if (typeof value === 'object' && value.type === 'temporal') return value.text;
  if (typeof value !== 'string') throw new EditFault(`it takes ${wanted}`);
  if (!value.isWellFormed()) throw new EditFault('the text has half of a surrogate pair, which UTF-8 does not have');
  return value;
}

function numberOf(value: Exclude<Value, null>): string {
  if (typeof value === 'object' && value.type === 'number') return value.text;
  throw new EditFault('it takes a number');
}

function floatBytes(value: Exclude<Value, null>, size: 4 | 8): Uint8Array {
  const wanted = floatOf(value);
  const held = size === 4 ? Math.fround(wanted) : wanted;
  if (Number.isFinite(wanted) && !Number.isFinite(held)) throw new EditFault('the number is too large');
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatLE(held);
  else bytes.writeDoubleLE(held);
  return bytes;
}

/** DuckDB's words for what is no finite number are not those of JavaScript. */
function floatOf(value: Exclude<Value, null>): number {
  const text = numberOf(value);
  const [, sign, infinite] = /^([+-]?)(inf(?:inity)?)$/i.exec(text) ?? [];
  if (infinite !== undefined) return sign === '-' ? -Infinity : Infinity;
  const number = Number(text);
  if (!Number.isFinite(number) && !/nan/i.test(text)) throw new EditFault('the number is too large');
  return number;
}

/** The half precision number that is nearest. */
function halfBytes(value: Exclude<Value, null>): Uint8Array {
  const wanted = floatOf(value);
  const size = Math.abs(wanted);
  if (Number.isFinite(size) && size >= 65_520) throw new EditFault('the number is too large');
  const bits = Number.isNaN(size) ? 0x7e00 : size === Infinity ? 0x7c00 : halfBits(size);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE((wanted < 0 || Object.is(wanted, -0) ? 0x8000 : 0) | bits);
  return bytes;
}

/** Of a number below 65,520. A fraction that rounds up to the next power of two carries into the exponent by itself. */
function halfBits(size: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const units = size / 2 ** (exponent - 10);
  const down = Math.floor(units);
  const rest = units - down;
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return (exponent + 14) * 1024 + rounded;
}

function integerOf(value: Exclude<Value, null>): bigint {
  const text = numberOf(value);
  if (!/^-?\d{1,40}$/.test(text)) throw new EditFault('it takes a whole number');
  return BigInt(text);
}

function integerBytes(value: bigint, { bits, isSigned }: Leaf['meaning'], size: 4 | 8): Uint8Array {
  const [least, most] = isSigned ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n] : [0n, (1n << BigInt(bits)) - 1n];
  if (value < least || value > most) throw new EditFault(`it takes whole numbers from ${least} to ${most}`);
  return signedBytes(isSigned ? value : BigInt.asIntN(size * 8, value), size);
}

function signedBytes(value: bigint, size: 4 | 8): Uint8Array {
  if (BigInt.asIntN(size * 8, value) !== value) throw new EditFault('the value is out of range');
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes.subarray(0, size);
}

/** A decimal number as so many units of its last place. */
function decimalUnits(text: string, scale: number, precision: number): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') throw new EditFault('it takes a decimal number');
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > scale) throw new EditFault(`it takes ${scale} digits behind the point`);
  const digits = (whole + kept.padEnd(scale, '0')).replace(/^0+(?=\d)/, '');
  if (digits.length > precision) throw new EditFault(`it takes ${precision} digits`);
  return BigInt(`${sign}${digits}`);
}

/** Two's complement, the highest byte first; in as few bytes as hold it where no length is given. */
function bigEndian(value: bigint, length: number | null): Uint8Array {
  let size = length ?? 1;
  while (length === null && BigInt.asIntN(size * 8, value) !== value) size++;
  if (size > 16 + (length ?? 0) || BigInt.asIntN(size * 8, value) !== value) throw new EditFault('the value is out of range');
  const bytes = Buffer.alloc(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let at = size - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 255n);
  return bytes;
}
