import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { INTEGERS } from '../duckdb/integers.ts';
import { quoteText } from '../duckdb/quote.ts';
import { isFloat, isText, vectorNormSql } from '../shards/parquet/cell-plan.ts';
import { kindOfType } from '../shards/parquet/columns.ts';
import { exactAxis, floatAxis, itself, lengthAxis, timeAxis, type Axis, type Sql } from './axis.ts';
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

/** A BIGNUM has no end: where its bins stop. */
const LARGEST_BIGNUM = 10n ** 400n;

/** Rows that decide whether lists are embeddings. */
const FIRST_ROWS = 100;

/** Types whose values can be told apart but not measured. */
const NAMES: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.BOOLEAN, DuckDBTypeId.INTERVAL, DuckDBTypeId.TIME_TZ, DuckDBTypeId.TIME_NS]);

function ownValues(type: DuckDBType): Pick<Measure, 'value' | 'named'> {
  return { value: itself, named: (text) => `CAST(${quoteText(text)} AS ${type.toString()})` };
}

const TEXT: Pick<Measure, 'value' | 'named'> = { value: (column) => `${column}::VARCHAR`, named: quoteText };

/** What to count of a column, which for lists of floats the first rows decide: of embeddings the norm says more than the length. */
export async function measureColumn(ask: Ask, { from, value, type, stands }: CountedColumn): Promise<Measure> {
  if (stands !== undefined) return { ...ownValues(type), ...STANDS[stands], categories: false };
  const floats = (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) && isFloat(type.valueType);
  if (!floats) return measureOf(type, false);
  const norms = `SELECT ${vectorNormSql('v')} AS norm FROM (SELECT ${value} AS v FROM ${from} LIMIT ${FIRST_ROWS}) WHERE v IS NOT NULL`;
  const [row] = await ask(`SELECT bool_and(norm IS NOT NULL) FROM (${norms})`);
  return measureOf(type, row?.[0] === true);
}

function measureOf(type: DuckDBType, vectors: boolean): Measure {
  const own = ownValues(type);
  const number = numberAxis(type) ?? timeAxis(type);
  if (number !== null) return { ...own, axis: number, of: 'value', categories: true };
  if (type.typeId === DuckDBTypeId.UUID || type.typeId === DuckDBTypeId.ENUM) return { ...TEXT, axis: null, of: 'value', categories: true };
  if (isText(type)) return { ...TEXT, axis: lengthAxis((v) => `length(${v})`), of: 'length', categories: true };
  if (NAMES.has(type.typeId)) return { ...own, axis: null, of: 'value', categories: true };
  return { ...own, ...sizeOf(type, vectors), categories: false };
}

function numberAxis(type: DuckDBType): Axis | null {
  if (isFloat(type)) return floatAxis(type.typeId === DuckDBTypeId.FLOAT);
  const name = type.toString();
  if (type.typeId === DuckDBTypeId.DECIMAL) {
    const end = 10n ** BigInt(type.width) - 1n;
    return exactAxis({ name, scale: type.scale, min: -end, max: end });
  }
  if (type.typeId === DuckDBTypeId.BIGNUM) return exactAxis({ name, scale: 0, min: -LARGEST_BIGNUM, max: LARGEST_BIGNUM });
  const integer = INTEGERS.get(type.typeId);
  return integer === undefined ? null : exactAxis({ name, scale: 0, min: integer.min, max: integer.max });
}

type Size = Pick<Measure, 'axis' | 'of' | 'dimension'>;

function sized(size: Sql): Size {
  return { axis: lengthAxis(size), of: 'length' };
}

/** @param list SQL of the list of a value */
function normed(list: Sql): Size {
  return { axis: floatAxis(false, (v) => vectorNormSql(list(v))), of: 'norm', dimension: (v) => `len(${list(v)})` };
}

/** Containers of JSON, which are texts for DuckDB, and bytes that it knows by their size. */
const STANDS: Readonly<Record<NonNullable<CountedColumn['stands']>, Size>> = {
  list: sized((v) => `CASE WHEN json_valid(${v}) AND json_type(${v}) = 'ARRAY' THEN json_array_length(${v}) END`),
  vector: normed((v) => `TRY_CAST(${v} AS DOUBLE[])`),
  struct: { axis: null, of: 'value' },
  size: sized(itself),
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
