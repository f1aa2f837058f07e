import { DOUBLE, DuckDBTypeId, LIST, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { Condition } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { quoteText } from '../duckdb/quote.ts';
import { parseNumber, type ParsedNumber } from './decimal.ts';
import { boundComparison, equalLiterals, isFloating, isNumeric, type Bound, type Comparison } from './number-sql.ts';

/** A column as a statement knows it. */
export interface TypedSql {
  readonly sql: string;
  readonly type: DuckDBType;
  /** For messages. */
  readonly name: string;
  /** Where it is the JSON text of lists or objects, which a text format has no other type for; numbers in lists are `numbers`. */
  readonly json?: 'texts' | 'numbers' | 'objects';
}

/** A check that DuckDB has to make before a query is run. */
export interface LiteralCheck {
  /** An expression that gives null where all is well, else the text that is at fault, or that DuckDB refuses. */
  readonly sql: string;
  /** Words for the user, with the text that is at fault or with DuckDB's reason. */
  readonly message: (fault: string) => string;
}

/** Collects the checks of literals that only DuckDB understands. */
export type AddCheck = (check: LiteralCheck) => void;

type RangeCondition = Extract<Condition, { type: 'range' }>;

/**
 * SQL that is true where the value lies in the range and null for a null. A list passes when one of its items does.
 * NaN lies in no range; infinities are values like others.
 * @throws LoupeError `invalid-request`, `unsupported`
 */
export function rangeSql(column: TypedSql, range: RangeCondition, check: AddCheck): string {
  return overItems(column, (value) => {
    const tests = isNumeric(value.type) ? numberRange(value, range) : castRange(value, range, check);
    return tests.includes('false') ? known(value.sql, false) : tests.length === 0 ? known(value.sql, true) : `(${tests.join(' AND ')})`;
  });
}

/**
 * SQL that is true where the value is one of these; null among them stands for null, otherwise a null gives null.
 * @throws LoupeError `invalid-request`, `unsupported`
 */
export function valuesSql(column: TypedSql, values: readonly (string | null)[], check: AddCheck): string {
  const texts = values.filter((value) => value !== null);
  const test = overItems(column, (value) => {
    const literals = isNumeric(value.type) ? numberLiterals(value, texts) : castLiterals(value, texts, check);
    return literals.length === 0 ? known(value.sql, false) : `${plain(value)} IN (${literals.join(', ')})`;
  });
  return texts.length === values.length ? test : `(${column.sql} IS NULL OR coalesce(${test}, false))`;
}

/** A value whose comparison does not depend on an alias such as JSON. */
export function plain({ sql, type }: TypedSql): string {
  return isTextual(type) ? `${sql}::VARCHAR` : sql;
}

/** Types whose values are compared as the text that the grid shows. */
export function isTextual(type: DuckDBType): boolean {
  return TEXTUAL.has(type.typeId);
}

const TEXTUAL: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.BIT,
  DuckDBTypeId.VARIANT,
  DuckDBTypeId.GEOMETRY,
  DuckDBTypeId.UNION,
]);

/** The type of the items, where a value of this type has any. */
export function itemType(type: DuckDBType): DuckDBType | null {
  return type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY ? type.valueType : null;
}

/** `depth` names the variable of a lambda, so that nested ones differ. */
function overItems(given: TypedSql, test: (value: TypedSql) => string, depth = 0): string {
  const value = parsedList(given);
  const items = itemType(value.type);
  if (items !== null) {
    const item = `i${depth}`;
    return `len(list_filter(${value.sql}, lambda ${item}: ${overItems({ ...value, sql: item, type: items }, test, depth + 1)})) > 0`;
  }
  if (value.type.typeId === DuckDBTypeId.SQLNULL) return 'NULL::BOOLEAN';
  const refusal = REFUSED.get(value.type.typeId);
  if (refusal !== undefined) throw new LoupeError('unsupported', `The values of the column ${value.name} cannot be compared: ${refusal}.`);
  return test(value);
}

/** The items of a list that is JSON text. Numbers of text formats are doubles in lists. */
function parsedList({ json, ...value }: TypedSql): TypedSql {
  if (json === undefined) return value;
  if (json === 'objects') throw new LoupeError('unsupported', `The values of the column ${value.name} cannot be compared: they are objects; choose one of their fields.`);
  const texts = `CASE WHEN json_valid(${value.sql}) THEN json_extract_string(${value.sql}, '$[*]') END`;
  if (json === 'texts') return { ...value, sql: texts, type: LIST(VARCHAR) };
  return { ...value, sql: `list_transform(${texts}, lambda n: TRY_CAST(n AS DOUBLE))`, type: LIST(DOUBLE) };
}

const REFUSED: ReadonlyMap<DuckDBTypeId, string> = new Map([
  [DuckDBTypeId.BLOB, 'they are bytes'],
  [DuckDBTypeId.STRUCT, 'they are structs; choose one of their fields'],
  [DuckDBTypeId.MAP, 'they are maps'],
]);

/** True or false for every value, null for null. */
export function known(sql: string, outcome: boolean): string {
  return `CASE WHEN ${sql} IS NOT NULL THEN ${outcome} END`;
}

function numberRange(value: TypedSql, { min, max, minOpen = false, maxOpen = false }: RangeCondition): string[] {
  const bounds: Bound[] = [
    ...(min === undefined ? [] : [{ side: 'min', number: boundNumber(value, min), open: minOpen } as const]),
    ...(max === undefined ? [] : [{ side: 'max', number: boundNumber(value, max), open: maxOpen } as const]),
  ];
  const tests = bounds.map((bound) => comparisonSql(value.sql, boundComparison(value.type, bound)));
  // DuckDB orders NaN above infinity: only an upper bound keeps it out. As a function it is tested for the rows that the
  // bounds keep, where a comparison would be one more pass of the scan.
  if (isFloating(value.type) && max === undefined) tests.push(`NOT isnan(${value.sql})`);
  return tests.filter((test) => test !== 'true');
}

function boundNumber(value: TypedSql, text: string): Exclude<ParsedNumber, 'nan'> {
  const number = numberOf(value, text);
  if (number === 'nan') throw new LoupeError('invalid-request', `A range of the column ${value.name} cannot end at NaN, which has no order.`);
  return number;
}

function numberLiterals(value: TypedSql, texts: readonly string[]): string[] {
  return texts.flatMap((text) => equalLiterals(value.type, numberOf(value, text)));
}

function numberOf({ name }: TypedSql, text: string): ParsedNumber {
  const number = parseNumber(text);
  if (number === null) throw new LoupeError('invalid-request', `The column ${name} holds numbers, and ${shown(text)} is none.`);
  return number;
}

function comparisonSql(sql: string, comparison: Comparison): string {
  return typeof comparison === 'boolean' ? String(comparison) : `${sql} ${comparison.operator} ${comparison.literal}`;
}

function castRange(value: TypedSql, { min, max, minOpen, maxOpen }: RangeCondition, check: AddCheck): string[] {
  const [low, high] = [min, max].map((end) => (end === undefined ? null : castLiterals(value, [end], check)[0]));
  return [
    ...(low ? [`${plain(value)} ${minOpen === true ? '>' : '>='} ${low}`] : []),
    ...(high ? [`${plain(value)} ${maxOpen === true ? '<' : '<='} ${high}`] : []),
  ];
}

/** Texts are themselves; what other types mean by a text is for DuckDB to say. */
function castLiterals(value: TypedSql, texts: readonly string[], check: AddCheck): string[] {
  if (isTextual(value.type)) return texts.map(quoteText);
  if (texts.length === 0) return [];
  const type = value.type.toString();
  check({
    sql: `(SELECT text FROM (SELECT unnest([${texts.map(quoteText).join(', ')}]) AS text) WHERE TRY_CAST(text AS ${type}) IS NULL LIMIT 1)`,
    message: (text) => `The column ${value.name} is of the type ${type}, and ${shown(text)} is no such value.`,
  });
  return texts.map((text) => `CAST(${quoteText(text)} AS ${type})`);
}

function shown(text: string): string {
  return `"${text.length > 64 ? `${text.slice(0, 64)}…` : text}"`;
}
