import { DuckDBTypeId, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { DuckDBBlobValue, DuckDBListValue, DuckDBStructValue } from '@duckdb/node-api';
import { MIN_VECTOR_DIMENSION, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { cutBytes, cutText, markedBytesSql, markedTextSql } from './cut.ts';

/**
 * How one column travels: an SQL expression that cuts and rewrites the cell inside DuckDB, so that no big
 * cell reaches JavaScript, and the decoder of what comes back. Every number and time travels as DuckDB's
 * own text, which is exact for every width.
 */
export interface CellPlan {
  readonly sql: string;
  readonly decode: (raw: DuckDBValue) => Value;
}

/** Deeper types are told, not shown: DuckDB refuses deep expressions. */
const MAX_TYPE_DEPTH = 64;

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);
const TEMPORALS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.INTERVAL,
]);
/** Shown as the text that DuckDB's cast gives. */
const TEXTS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.UUID,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.BIT,
  DuckDBTypeId.VARIANT,
  DuckDBTypeId.GEOMETRY,
  DuckDBTypeId.UNION,
]);

export function isNumber(type: DuckDBType): boolean {
  return NUMBERS.has(type.typeId);
}

export function isTemporal(type: DuckDBType): boolean {
  return TEMPORALS.has(type.typeId);
}

export function isText(type: DuckDBType): boolean {
  return TEXTS.has(type.typeId);
}

export function isFloat(type: DuckDBType): boolean {
  return type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE;
}

/** The plan for a column of `type` that SQL knows as `reference`. */
export function planCell(type: DuckDBType, reference: string, limits: ValueLimits): CellPlan {
  return planAt(type, reference, limits, 0);
}

function planAt(type: DuckDBType, e: string, limits: ValueLimits, depth: number): CellPlan {
  if (depth > MAX_TYPE_DEPTH) return told(e, `nested deeper than ${MAX_TYPE_DEPTH} types`);
  if (isNumber(type)) return { sql: `${e}::VARCHAR`, decode: (raw) => (raw === null ? null : { type: 'number', text: asText(raw) }) };
  if (isTemporal(type)) return { sql: `${e}::VARCHAR`, decode: (raw) => (raw === null ? null : { type: 'temporal', text: asText(raw) }) };
  if (isText(type)) return planText(e, limits);
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { sql: e, decode: (raw) => (typeof raw === 'boolean' ? raw : null) };
    case DuckDBTypeId.SQLNULL:
      return { sql: 'NULL::BOOLEAN', decode: () => null };
    case DuckDBTypeId.BLOB:
      return planBytes(e, limits);
    default:
      return planContainer(type, e, limits, depth);
  }
}

function planContainer(type: DuckDBType, e: string, limits: ValueLimits, depth: number): CellPlan {
  if (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) return planList(type.valueType, e, limits, depth);
  if (type.typeId === DuckDBTypeId.STRUCT) return planStruct(type.entryNames, type.entryTypes, e, limits, depth);
  if (type.typeId === DuckDBTypeId.MAP) return planMap(type.keyType, type.valueType, e, limits, depth);
  return told(e, `the type ${type.toString()} is not supported`);
}

function planText(e: string, limits: ValueLimits): CellPlan {
  return {
    // The cast matters for JSON too, which looks like VARCHAR here: cut text must not be parsed as JSON again.
    sql: markedTextSql(`${e}::VARCHAR`, limits.text),
    decode: (raw) => (raw === null ? null : cutText(asText(raw), limits.text)),
  };
}

function planBytes(e: string, limits: ValueLimits): CellPlan {
  return {
    sql: markedBytesSql(e, limits.bytes),
    decode: (raw) => (raw instanceof DuckDBBlobValue ? cutBytes(raw.bytes, limits.bytes) : null),
  };
}

function planList(itemType: DuckDBType, e: string, limits: ValueLimits, depth: number): CellPlan {
  const item = planAt(itemType, `x${depth}`, limits, depth + 1);
  const norm = limits.summariseVectors && isFloat(itemType) ? vectorNormSql(e) : 'NULL::DOUBLE';
  const items = `list_transform(${e}[1:${limits.items}], lambda x${depth}: ${item.sql})`;
  const summarised = limits.summariseVectors && isFloat(itemType);
  const sql = `{'n': len(${e})${summarised ? `, 'm': ${norm}` : ''}, 'v': ${summarised ? `CASE WHEN ${norm} IS NULL THEN ${items} END` : items}}`;
  return {
    sql,
    decode: (raw) => {
      const entries = entriesOf(raw);
      const { n, m, v } = entries;
      if (n === undefined || n === null) return null;
      const length = Number(n);
      if (typeof m === 'number') return { type: 'vector', dimension: length, norm: m };
      return { type: 'list', items: itemsOf(v).map(item.decode), length };
    },
  };
}

/** The Euclidean norm in double precision of a list that is an embedding: long, and without nulls; else NULL. */
export function vectorNormSql(e: string): string {
  return `CASE WHEN len(${e}) >= ${MIN_VECTOR_DIMENSION} AND list_count(${e}) = len(${e})
    THEN sqrt(list_sum(list_transform(${e}, lambda y: y::DOUBLE * y::DOUBLE))) END`;
}

function planStruct(names: readonly string[], types: readonly DuckDBType[], e: string, limits: ValueLimits, depth: number): CellPlan {
  const shown = types.slice(0, limits.items);
  const fields = shown.map((type, index) => planAt(type, `struct_extract_at(${e}, ${index + 1})`, limits, depth + 1));
  const packed = fields.map((field, index) => `'f${index}': ${field.sql}`).join(', ');
  return {
    sql: `CASE WHEN ${e} IS NOT NULL THEN {${packed}} END`,
    decode: (raw) => {
      if (raw === null) return null;
      const entries = entriesOf(raw);
      return {
        type: 'struct',
        entries: fields.map((field, index) => [names[index] ?? '', field.decode(entries[`f${index}`] ?? null)]),
        length: types.length,
      };
    },
  };
}

function planMap(keyType: DuckDBType, valueType: DuckDBType, e: string, limits: ValueLimits, depth: number): CellPlan {
  const entry = `x${depth}`;
  const key = planAt(keyType, `struct_extract_at(${entry}, 1)`, limits, depth + 1);
  const value = planAt(valueType, `struct_extract_at(${entry}, 2)`, limits, depth + 1);
  return {
    sql: `{'n': cardinality(${e}), 'v': list_transform(map_entries(${e})[1:${limits.items}], lambda ${entry}: {'k': ${key.sql}, 'v': ${value.sql}})}`,
    decode: (raw) => {
      const { n, v } = entriesOf(raw);
      if (n === undefined || n === null) return null;
      const pairs = itemsOf(v).map((pair): readonly [Value, Value] => {
        const { k, v: held } = entriesOf(pair);
        return [key.decode(k ?? null), value.decode(held ?? null)];
      });
      return { type: 'map', entries: pairs, length: Number(n) };
    },
  };
}

function told(e: string, message: string): CellPlan {
  return { sql: `${e} IS NOT NULL`, decode: (raw) => (raw === true ? { type: 'invalid', text: '', message } : null) };
}

function asText(raw: DuckDBValue): string {
  return typeof raw === 'string' ? raw : String(raw);
}

function entriesOf(raw: DuckDBValue): Readonly<Record<string, DuckDBValue>> {
  return raw instanceof DuckDBStructValue ? raw.entries : {};
}

function itemsOf(raw: DuckDBValue | undefined): readonly DuckDBValue[] {
  return raw instanceof DuckDBListValue ? raw.items : [];
}
