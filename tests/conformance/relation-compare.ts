import { isDouble } from '../../extension/engine/query-tables/cell.ts';
import { readJson } from '../../extension/engine/shards/jsonl/json-reader.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';

/** A cell of a relation: its text by DuckDB's cast, whether the row has it, and the column's type. */
export interface RelationCell {
  readonly text: string | null;
  readonly missing: boolean;
  readonly type: string;
}

/** What is wrong with a cell, seen from what the reader says; null where nothing is, undefined where it cannot be told. */
export function cellDifference(value: Value | undefined, cell: RelationCell): string | null | undefined {
  const wrong = (): string => `${cell.type} ${JSON.stringify(cell).slice(0, 300)} for ${JSON.stringify(value).slice(0, 300)}`;
  const isMissing = value === undefined || (typeof value === 'object' && value?.type === 'missing');
  if (isMissing !== cell.missing) return wrong();
  if (isMissing || value === null) return cell.text === null ? null : wrong();
  if (typeof value === 'string') return cell.text === value.toWellFormed() ? null : wrong();
  if (typeof value === 'boolean') return cell.text === String(value) ? null : wrong();
  switch (value.type) {
    case 'invalid':
      return cell.text === null ? null : wrong();
    case 'number':
      return cell.text !== null && sameNumber(value.text, cell.text, cell.type) ? null : wrong();
    case 'bytes':
      return cell.text === String(value.size) ? null : wrong();
    case 'temporal':
    case 'text':
      return cell.text === value.text.toWellFormed() ? null : wrong();
    case 'list':
    case 'struct': {
      if (holdsInvalid(value)) return undefined;
      const { value: read, fault } = readJson(Buffer.from(cell.text ?? ''), WHOLE_LIMITS);
      return fault === null && sameTree(value, read) ? null : wrong();
    }
    default:
      return wrong();
  }
}

/** Exactly the same number, in the terms of the column's type. */
function sameNumber(text: string, cell: string, type: string): boolean {
  if (type === 'VARCHAR') return cell === text;
  if (type === 'DOUBLE') return isDouble(text) && sameDouble(Number(text), Number(cell.replace('inf', 'Infinity')));
  return decimal(text) === decimal(cell);
}

/** Without regard to the sign of zero, which SQL does not tell. */
function sameDouble(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function decimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*)\.?(\d*?)0*$/.exec(text.includes('.') ? text : `${text}.`) ?? [];
  const digits = `${whole}.${fraction}`;
  return digits === '.' ? '.' : sign + digits;
}

/** Containers are JSON with numbers as DuckDB writes them. */
function sameTree(a: Value, b: Value): boolean {
  if (typeof a === 'string') return a.toWellFormed() === b;
  if (a === null || typeof a !== 'object' || b === null || typeof b !== 'object') return a === b;
  if (a.type === 'number') return b.type === 'number' && sameDouble(Number(a.text), Number(b.text));
  if (a.type === 'list') return b.type === 'list' && a.items.length === b.items.length && a.items.every((item, at) => sameTree(item, b.items[at] ?? null));
  if (a.type !== 'struct' || b.type !== 'struct' || a.entries.length !== b.entries.length) return false;
  return a.entries.every(([name, item], at) => name.toWellFormed() === b.entries[at]?.[0] && sameTree(item, b.entries[at][1]));
}

/** Deeper levels than the reader keeps are `invalid` inside a value; DuckDB gives them. */
function holdsInvalid(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value.type === 'list') return value.items.some(holdsInvalid);
  return value.type === 'struct' ? value.entries.some(([, item]) => holdsInvalid(item)) : value.type === 'invalid';
}
