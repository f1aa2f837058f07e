import type { Value } from '../../protocol/values.ts';
import { jsonText } from '../pages/json-text.ts';

/**
 * What a cell of a table is, in DuckDB's words for JSON; a cell without a kind is missing.
 *
 * - `NUMBER`: a number that neither an integer nor a DOUBLE gives exactly
 * - `INVALID`: a place that cannot be read
 */
export const CELL_KINDS = ['NULL', 'BOOLEAN', 'BIGINT', 'UBIGINT', 'DOUBLE', 'VARCHAR', 'ARRAY', 'OBJECT', 'NUMBER', 'INVALID'] as const;

export type CellKind = (typeof CELL_KINDS)[number];

export interface TableCell {
  readonly kind: CellKind | null;
  readonly text: string | null;
}

/** Significant digits that tell every DOUBLE from its neighbours. */
const DOUBLE_DIGITS = 17;
const SPECIAL = new Set(['NaN', 'Infinity', '-Infinity']);

/** The cell of a value that our own reader gave. Text keeps no half of a surrogate pair: UTF-8 has none. */
export function tableCell(value: Value | undefined): TableCell {
  if (value === undefined) return { kind: null, text: null };
  if (value === null) return { kind: 'NULL', text: null };
  if (typeof value === 'boolean') return { kind: 'BOOLEAN', text: String(value) };
  if (typeof value === 'string') return { kind: 'VARCHAR', text: value.toWellFormed() };
  switch (value.type) {
    case 'missing':
      return { kind: null, text: null };
    case 'invalid':
      return { kind: 'INVALID', text: null };
    case 'number':
      return { kind: numberKind(value.text), text: value.text };
    case 'bytes':
      return { kind: 'BIGINT', text: String(value.size) };
    case 'text':
    case 'temporal':
      return { kind: 'VARCHAR', text: value.text.toWellFormed() };
    case 'list':
    case 'vector':
      return { kind: 'ARRAY', text: compactJson(value) };
    case 'struct':
    case 'map':
      return { kind: 'OBJECT', text: compactJson(value) };
  }
}

function numberKind(text: string): CellKind {
  if (/^-?\d+$/.test(text)) return 'BIGINT';
  return isDouble(text) ? 'DOUBLE' : 'NUMBER';
}

/**
 * Whether a DOUBLE stands for the number: up to 17 digits name one, as do NaN and the infinities; more digits, or
 * a number that only rounds to zero or infinity, would be lost.
 */
export function isDouble(text: string): boolean {
  if (SPECIAL.has(text)) return true;
  const [mantissa = ''] = text.split(/[eE]/);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  const double = Number(text);
  return digits.length <= DOUBLE_DIGITS && Number.isFinite(double) && (double !== 0 || digits === '');
}

/** The value at a path of field names; undefined where there is none. Of a field written twice the first counts. */
export function fieldValue(value: Value | undefined, fields: readonly string[]): Value | undefined {
  let here = value;
  for (const name of fields) {
    if (here === null || typeof here !== 'object' || here.type !== 'struct') return undefined;
    here = here.entries.find(([key]) => key === name)?.[1];
  }
  return here;
}

/** JSON without blanks, as DuckDB writes it. */
function compactJson(value: Value): string {
  if (value === null || typeof value !== 'object') return jsonText(value).toWellFormed();
  if (value.type === 'list') return `[${value.items.map(compactJson).join(',')}]`;
  if (value.type === 'struct') return `{${value.entries.map(([name, item]) => `${JSON.stringify(name)}:${compactJson(item)}`).join(',')}}`;
  return jsonText(value).toWellFormed();
}
