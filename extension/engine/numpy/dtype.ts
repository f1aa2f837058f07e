import { BIGINT, BOOLEAN, DOUBLE, FLOAT, INTEGER, SMALLINT, TINYINT, UBIGINT, UINTEGER, USMALLINT, UTINYINT, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { ColumnKind } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import { doubleText, singleText } from './float-text.ts';
import { halfToNumber } from './half.ts';
import type { PythonLiteral } from './python-literal.ts';

/** One item of an array: how many bytes it has, and what they say. */
export interface ItemType {
  /** As a person calls it: `float16`, `uint64`, `text`, `uid`. */
  readonly name: string;
  readonly kind: Extract<ColumnKind, 'number' | 'boolean' | 'text'>;
  /** Bytes. */
  readonly size: number;
  readonly duckdb: DuckDBType;
  /** What DuckDB is given. */
  readonly raw: (view: DataView, at: number) => DuckDBValue;
  /** What a person is shown. */
  readonly value: (raw: DuckDBValue) => Value;
  /** The number, for items that an embedding can be of; else null. */
  readonly float: ((view: DataView, at: number) => number) | null;
}

type Read<T> = (view: DataView, at: number, little: boolean) => T;

const INTEGERS: Readonly<Record<string, readonly [name: string, type: DuckDBType, read: Read<number | bigint>]>> = {
  i1: ['int8', TINYINT, (view, at) => view.getInt8(at)],
  i2: ['int16', SMALLINT, (view, at, little) => view.getInt16(at, little)],
  i4: ['int32', INTEGER, (view, at, little) => view.getInt32(at, little)],
  i8: ['int64', BIGINT, (view, at, little) => view.getBigInt64(at, little)],
  u1: ['uint8', UTINYINT, (view, at) => view.getUint8(at)],
  u2: ['uint16', USMALLINT, (view, at, little) => view.getUint16(at, little)],
  u4: ['uint32', UINTEGER, (view, at, little) => view.getUint32(at, little)],
  u8: ['uint64', UBIGINT, (view, at, little) => view.getBigUint64(at, little)],
};

const FLOATS: Readonly<Record<string, readonly [name: string, type: DuckDBType, read: Read<number>]>> = {
  f2: ['float16', FLOAT, (view, at, little) => halfToNumber(view.getUint16(at, little))],
  f4: ['float32', FLOAT, (view, at, little) => view.getFloat32(at, little)],
  f8: ['float64', DOUBLE, (view, at, little) => view.getFloat64(at, little)],
};

const REFUSED: Readonly<Record<string, string>> = {
  O: 'Python objects (pickle), which Loupe never loads, because loading them runs what they say',
  c: 'complex numbers',
  f: 'floating-point numbers of more than 64 bits',
  M: 'dates of NumPy’s own kind',
  m: 'time spans of NumPy’s own kind',
  V: 'raw bytes without a type',
};

/** The dtype of a header, or in words why it is not read. */
export function itemType(descr: PythonLiteral): ItemType | { readonly refused: string } {
  if (typeof descr !== 'string') return isUidPair(descr) ? UID : { refused: 'records of several fields, of which only two uint64 (a DataComp uid) are known' };
  const [, order = '', code = '', size = ''] = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(descr) ?? [];
  const little = order !== '>';
  const integer = INTEGERS[code + size];
  if (integer !== undefined) return integerType(integer, Number(size), little);
  const float = FLOATS[code + size];
  if (float !== undefined) return floatType(float, Number(size), little);
  if (code + size === 'b1') return TRUTH;
  if (code === 'S' || code === 'U') return textType(code, Number(size), little);
  return { refused: REFUSED[code] ?? `the dtype ${descr.slice(0, 40)}, which is not known` };
}

/** `[('f0', '<u8'), ('f1', '<u8')]`, whatever the fields are called. */
function isUidPair(descr: PythonLiteral): boolean {
  return Array.isArray(descr) && descr.length === 2 && descr.every((field: PythonLiteral) => Array.isArray(field) && field.length === 2 && field[1] === '<u8');
}

function integerType([name, duckdb, read]: (typeof INTEGERS)[string], size: number, little: boolean): ItemType {
  return { name, kind: 'number', size, duckdb, raw: (view, at) => read(view, at, little), value: (raw) => ({ type: 'number', text: String(raw) }), float: null };
}

function floatType([name, duckdb, read]: (typeof FLOATS)[string], size: number, little: boolean): ItemType {
  const text = duckdb === DOUBLE ? doubleText : singleText;
  const float = (view: DataView, at: number): number => read(view, at, little);
  return { name, kind: 'number', size, duckdb, raw: float, value: (raw) => ({ type: 'number', text: text(Number(raw)) }), float };
}

const TRUTH: ItemType = { name: 'bool', kind: 'boolean', size: 1, duckdb: BOOLEAN, raw: (view, at) => view.getUint8(at) !== 0, value: (raw) => raw === true, float: null };

/** 32 hexadecimal digits: the high half, then the low one. */
export const UID: ItemType = {
  name: 'uid',
  kind: 'text',
  size: 16,
  duckdb: VARCHAR,
  raw: (view, at) => hex(view.getBigUint64(at, true)) + hex(view.getBigUint64(at + 8, true)),
  value: String,
  float: null,
};

function hex(half: bigint): string {
  return half.toString(16).padStart(16, '0');
}

/** Texts of a fixed length filled up with zeros: `S` of bytes, `U` of code points. */
function textType(code: 'S' | 'U', length: number, little: boolean): ItemType {
  const size = length * (code === 'U' ? 4 : 1);
  const raw = (view: DataView, at: number): string => {
    if (code === 'S') return Buffer.from(view.buffer, view.byteOffset + at, size).toString('utf8').replace(/\0+$/, '');
    let text = '';
    for (let i = 0; i < size; i += 4) {
      const point = view.getUint32(at + i, little);
      text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    }
    return text.replace(/\0+$/, '');
  };
  return { name: 'text', kind: 'text', size, duckdb: VARCHAR, raw, value: String, float: null };
}
