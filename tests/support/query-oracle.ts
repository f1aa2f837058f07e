import type { Condition, Query } from '../../extension/protocol/queries.ts';
import type { Value } from '../../extension/protocol/values.ts';

/**
 * The filter language as a plain loop over the values that a reader gives: what the engine's SQL has to agree with.
 * It knows nothing of DuckDB, and compares numbers by their decimal digits.
 */

/** One column of a table. */
export interface OracleColumn {
  readonly name: string;
  /** Whether its values, those of a field in it, or the items of lists are compared as numbers; else as text. */
  readonly numeric: (fields: readonly string[]) => boolean;
  readonly values: readonly Value[];
}

/** Row numbers that a query keeps, in its order. */
export function oracleRows(columns: readonly OracleColumn[], query: Query, idsOf: (file: string) => ReadonlySet<string> = () => new Set()): number[] {
  const rows = (columns[0]?.values ?? []).map((_, row) => row).filter((row) => query.conditions.every((condition) => keeps(columns, row, condition, idsOf) === true));
  return rows.sort((a, b) => {
    for (const { column, descending } of query.sort) {
      const order = compareNullsLast(at(columns, a, column), at(columns, b, column), isNumeric(columns, column), descending);
      if (order !== 0) return order;
    }
    return a - b;
  });
}

/** True, false, or null where neither the test nor its negation holds. */
function keeps(columns: readonly OracleColumn[], row: number, condition: Condition, idsOf: (file: string) => ReadonlySet<string>): boolean | null {
  const outcome = test(columns, row, condition, idsOf);
  return outcome === null || condition.not !== true ? outcome : !outcome;
}

function test(columns: readonly OracleColumn[], row: number, condition: Condition, idsOf: (file: string) => ReadonlySet<string>): boolean | null {
  if (condition.type === 'sql' || condition.type === 'changed' || condition.type === 'edited') throw new Error(`A condition of the type ${condition.type} has no plain loop`);
  if (condition.type === 'text' && condition.column === undefined) {
    return columns.some(({ values }) => leaves(values[row] ?? null).some((leaf) => typeof leaf === 'string' && matches(leaf, condition)));
  }
  const path = condition.column ?? [''];
  const value = at(columns, row, path);
  if (condition.type === 'null') return isNull(value);
  if (condition.type === 'values' && isNull(value)) return condition.values.includes(null) ? true : null;
  if (isNull(value)) return null;
  const numeric = isNumeric(columns, path);
  switch (condition.type) {
    case 'range':
      return anyItem(value, (item) => inRange(item, condition, numeric));
    case 'values':
      return anyItem(value, (item) => condition.values.some((wanted) => wanted !== null && same(item, wanted, numeric)));
    case 'ids':
      return idsOf(condition.file).has(plainText(value) ?? '');
    case 'text': {
      const found = leaves(value);
      const texts = found.filter((leaf) => typeof leaf === 'string');
      return (hasTexts(columns, path) ? texts : found).some((leaf) => matches(plainText(leaf) ?? '', condition));
    }
  }
}

/** Texts and numbers of a column are told apart by the column, not by the value. */
function hasTexts(columns: readonly OracleColumn[], path: readonly string[]): boolean {
  const column = columnAt(columns, path[0] ?? '');
  return column.values.some((_, row) => leaves(at(columns, row, path)).some((leaf) => typeof leaf === 'string'));
}

function isNumeric(columns: readonly OracleColumn[], [name = '', ...fields]: readonly string[]): boolean {
  return columnAt(columns, name).numeric(fields);
}

function columnAt(columns: readonly OracleColumn[], name: string): OracleColumn {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column;
}

function at(columns: readonly OracleColumn[], row: number, [name = '', ...fields]: readonly string[]): Value {
  let value = columnAt(columns, name).values[row] ?? null;
  for (const field of fields) {
    const entries = typeof value === 'object' && value?.type === 'struct' ? value.entries : [];
    value = entries.findLast(([key]) => key === field)?.[1] ?? null;
  }
  return value;
}

function isNull(value: Value): boolean {
  return value === null || (typeof value === 'object' && (value.type === 'missing' || value.type === 'invalid'));
}

function anyItem(value: Value, check: (item: Value) => boolean): boolean {
  if (typeof value === 'object' && value?.type === 'list') return value.items.some((item) => !isNull(item) && anyItem(item, check));
  return check(value);
}

/** What a cell shows; null for what has no text of its own. */
function plainText(value: Value): string | null {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  return value !== null && (value.type === 'number' || value.type === 'temporal' || value.type === 'text') ? value.text : null;
}

function leaves(value: Value): Value[] {
  if (typeof value !== 'object' || value === null) return value === null ? [] : [value];
  if (value.type === 'list') return value.items.flatMap(leaves);
  if (value.type === 'struct') return value.entries.flatMap(([, field]) => leaves(field));
  if (value.type === 'map') return value.entries.flatMap(([key, held]) => [...leaves(key), ...leaves(held)]);
  return plainText(value) === null ? [] : [value];
}

function matches(text: string, { text: wanted, matchCase, regex }: Extract<Condition, { type: 'text' }>): boolean {
  if (regex) return new RegExp(wanted, matchCase ? 'u' : 'iu').test(text);
  return matchCase ? text.includes(wanted) : text.toLowerCase().includes(wanted.toLowerCase());
}

function inRange(item: Value, { min, max, minOpen, maxOpen }: Extract<Condition, { type: 'range' }>, numeric: boolean): boolean {
  const text = plainText(item) ?? '';
  if (numeric && isNaNText(text)) return false;
  const low = min === undefined ? 1 : compareTexts(text, min, numeric);
  const high = max === undefined ? -1 : compareTexts(text, max, numeric);
  return (minOpen === true ? low > 0 : low >= 0) && (maxOpen === true ? high < 0 : high <= 0);
}

function same(item: Value, wanted: string, numeric: boolean): boolean {
  const text = plainText(item) ?? '';
  if (numeric && (isNaNText(text) || isNaNText(wanted))) return isNaNText(text) && isNaNText(wanted);
  return compareTexts(text, wanted, numeric) === 0;
}

function compareNullsLast(a: Value, b: Value, numeric: boolean, descending: boolean): number {
  const [left, right] = [a, b].map((value) => (isNull(value) || (numeric && isNaNText(plainText(value) ?? '')) ? null : plainText(value)));
  if (left === null || right === null || left === undefined || right === undefined) return left === right ? 0 : left === null ? 1 : -1;
  const order = compareTexts(left, right, numeric);
  return descending ? -order : order;
}

function isNaNText(text: string): boolean {
  return /^[+-]?nan$/i.test(text);
}

function compareTexts(a: string, b: string, numeric: boolean): number {
  return numeric ? compareNumbers(a, b) : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [infinity(a), infinity(b)];
  if (left !== 0 || right !== 0) return left - right;
  const [x, y] = [fixed(a), fixed(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function infinity(text: string): number {
  return /^\+?inf/i.test(text) ? 1 : /^-inf/i.test(text) ? -1 : 0;
}

/** A number as a whole number of 10^-1100, which holds every double. */
function fixed(text: string): bigint {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const shift = Number(power) - fraction.length + 1_100;
  const size = BigInt(`${whole}${fraction}` || '0');
  const value = shift >= 0 ? size * 10n ** BigInt(shift) : size / 10n ** BigInt(-shift);
  return sign === '-' ? -value : value;
}
