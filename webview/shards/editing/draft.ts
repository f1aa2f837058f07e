import type { WrittenValue } from '../../../extension/protocol/edits.ts';
import type { ColumnKind } from '../../../extension/protocol/shards.ts';
import type { ValuePath } from '../../../extension/protocol/values.ts';

/** A value as a person types it. */
export interface Draft {
  readonly kind: 'text' | 'number' | 'boolean' | 'json';
  readonly text: string;
  /** It is null, whatever the text is. */
  readonly isNull: boolean;
}

/** What is being edited: a cell of the grid, by its position in what the grid shows, or a place of the row at the side. */
export interface CellEditing {
  readonly position: number | null;
  /** Number in the table. */
  readonly row: number;
  readonly column: number;
  readonly name: string;
  readonly path: ValuePath;
  readonly draft: Draft;
}

/** What a draft is not. */
export type DraftFault = 'number' | 'boolean' | 'json';

const NUMBER = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/;
const CONTAINERS: ReadonlySet<ColumnKind> = new Set(['list', 'struct', 'map', 'vector']);

/** What is to be typed over a value; lists and objects as JSON. A value that is null is typed as its column's others are. */
export function draftOf(value: WrittenValue, column: ColumnKind): Draft {
  const json = 'json' in value ? value.json.trim() : 'null';
  if (json.startsWith('"')) return { kind: 'text', text: String(JSON.parse(json)), isNull: false };
  if (json === 'true' || json === 'false') return { kind: 'boolean', text: json, isNull: false };
  if (NUMBER.test(json)) return { kind: 'number', text: json, isNull: false };
  if (json !== 'null') return { kind: 'json', text: json, isNull: false };
  if (CONTAINERS.has(column)) return { kind: 'json', text: '', isNull: true };
  return { kind: column === 'number' || column === 'boolean' ? column : 'text', text: '', isNull: true };
}

/** The value that was typed; the name of what it should be where it is not that. */
export function writtenDraft({ kind, text, isNull }: Draft): WrittenValue | DraftFault {
  if (isNull) return { json: 'null' };
  const typed = text.trim();
  switch (kind) {
    case 'text':
      return { json: JSON.stringify(text) };
    case 'number':
      return NUMBER.test(typed) ? { json: typed } : 'number';
    case 'boolean':
      return typed === 'true' || typed === 'false' ? { json: typed } : 'boolean';
    case 'json':
      return isJson(typed) ? { json: typed } : 'json';
  }
}

/** The engine looks again, and takes what Python's json writes too. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll(/\b(NaN|-?Infinity)\b/g, '0'));
    return true;
  } catch {
    return false;
  }
}
