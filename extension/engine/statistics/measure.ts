import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { quoteText } from '../duckdb/quote.ts';
import { isFloat, isText, vectorNormSql } from '../shards/parquet/cell-plan.ts';
import { kindOfType } from '../shards/parquet/columns.ts';
import { exactAxis, floatAxis, itself, lengthAxis, timeAxis, type Axis, type ExactType, type Sql } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';

/** What is counted of a column. */
export interface Measure {
  /** SQL of the column's value in a form that can be grouped. */
  readonly value: Sql;
  /** SQL of a value whose text is known. */
  readonly named: Sql;
  /** What the distribution is of; null where the type has no order or size. */
  readonly axis: Axis | null;
  readonly of: 'value' | 'length' | 'norm';
  /** SQL of an embedding's dimension, where the norm is measured. */
  readonly dimension?: Sql;
  /** Whether different values are told apart. */
  readonly categories: boolean;
}

const signed = (bits: number): Pick<ExactType, 'min' | 'max'> => ({ min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n });
const unsigned = (bits: number): Pick<ExactType, 'min' | 'max'> => ({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const LARGEST_BIGNUM = 10n ** 400n;

const INTEGERS: ReadonlyMap<DuckDBTypeId, Pick<ExactType, 'min' | 'max'>> = new Map([
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
  [DuckDBTypeId.BIGNUM, { min: -LARGEST_BIGNUM, max: LARGEST_BIGNUM }],
]);

/** Rows that decide whether lists are embeddings. */
const FIRST_ROWS = 100;

/** Types whose values can be told apart but not measured. */
const NAMES: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.BOOLEAN, DuckDBTypeId.INTERVAL, DuckDBTypeId.TIME_TZ, DuckDBTypeId.TIME_NS]);

const TEXT: Pick<Measure, 'value' | 'named'> = { value: (column) => `${column}::VARCHAR`, named: quoteText };

/** What to count of a column, which for lists of floats the first rows decide: of embeddings the norm says more than the length. */
export async function measureColumn(ask: Ask, { from, value, type, json }: CountedColumn): Promise<Measure> {
  if (json !== undefined) return { ...TEXT, ...JSON_SIZES[json], categories: false };
  const floats = (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) && isFloat(type.valueType);
  if (!floats) return measureOf(type, false);
  const norms = `SELECT ${vectorNormSql('v')} AS norm FROM (SELECT ${value} AS v FROM ${from} LIMIT ${FIRST_ROWS}) WHERE v IS NOT NULL`;
  const [row] = await ask(`SELECT bool_and(norm IS NOT NULL) FROM (${norms})`);
  return measureOf(type, row?.[0] === true);
}

function measureOf(type: DuckDBType, vectors: boolean): Measure {
  const own: Pick<Measure, 'value' | 'named'> = { value: (column) => column, named: (text) => `CAST(${quoteText(text)} AS ${type.toString()})` };
  const number = numberAxis(type) ?? timeAxis(type);
  if (number !== null) return { ...own, axis: number, of: 'value', categories: true };
  if (type.typeId === DuckDBTypeId.UUID || type.typeId === DuckDBTypeId.ENUM) return { ...TEXT, axis: null, of: 'value', categories: true };
  if (isText(type)) return { ...TEXT, axis: lengthAxis((v) => `length(${v})`), of: 'length', categories: true };
  if (NAMES.has(type.typeId)) return { ...own, axis: null, of: 'value', categories: true };
  return { ...own, ...sizeOf(type, vectors), categories: false };
}

function numberAxis(type: DuckDBType): Axis | null {
  if (isFloat(type)) return floatAxis(type.typeId === DuckDBTypeId.FLOAT);
  if (type.typeId === DuckDBTypeId.DECIMAL) {
    const end = 10n ** BigInt(type.width) - 1n;
    return exactAxis({ name: type.toString(), scale: type.scale, min: -end, max: end });
  }
  const integer = INTEGERS.get(type.typeId);
  return integer === undefined ? null : exactAxis({ name: type.toString(), scale: 0, ...integer });
}

type Size = Pick<Measure, 'axis' | 'of' | 'dimension'>;

function sized(size: Sql): Size {
  return { axis: lengthAxis(size), of: 'length' };
}

/** @param list SQL of the list of a value */
function normed(list: Sql): Size {
  return { axis: floatAxis(false, (v) => vectorNormSql(list(v))), of: 'norm', dimension: (v) => `len(${list(v)})` };
}

/** Containers of JSON, which are texts for DuckDB. */
const JSON_SIZES: Readonly<Record<NonNullable<CountedColumn['json']>, Size>> = {
  list: sized((v) => `CASE WHEN json_valid(${v}) AND json_type(${v}) = 'ARRAY' THEN json_array_length(${v}) END`),
  vector: normed((v) => `TRY_CAST(${v} AS DOUBLE[])`),
  struct: { axis: null, of: 'value' },
};

/** Bytes and containers: how large they are. */
function sizeOf(type: DuckDBType, vectors: boolean): Size {
  switch (type.typeId) {
    case DuckDBTypeId.BLOB:
      return sized((v) => `octet_length(${v})`);
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return vectors && isFloat(type.valueType) ? normed(itself) : sized((v) => `len(${v})`);
    case DuckDBTypeId.MAP:
      return sized((v) => `cardinality(${v})`);
    default:
      // Hugging Face's image struct is as large as its bytes.
      return kindOfType(type) === 'image' ? sized((v) => `octet_length(struct_extract(${v}, 'bytes'))`) : { axis: null, of: 'value' };
  }
}
