import type { WrittenValue } from '../../../extension/protocol/edits.ts';
import type { ColumnKind } from '../../../extension/protocol/shards.ts';

/** A value as a person types it. */
export interface Draft {
  readonly kind: 'text' | 'number' | 'boolean';
  readonly text: string;
  /** It is null, whatever the text is. */
  readonly isNull: boolean;
}

/** A cell that is being edited: where it is in what the grid shows, and in the table. */
export interface CellEditing {
  readonly position: number;
  readonly row: number;
  readonly column: number;
  readonly name: string;
  readonly draft: Draft;
}

const NUMBER = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/;

/** What is to be typed over a value; null for lists and objects. A value that is null is typed as its column's others are. */
export function draftOf(value: WrittenValue, column: ColumnKind): Draft | null {
  const json = 'json' in value ? value.json.trim() : 'null';
  if (json.startsWith('"')) return { kind: 'text', text: String(JSON.parse(json)), isNull: false };
  if (json === 'true' || json === 'false') return { kind: 'boolean', text: json, isNull: false };
  if (NUMBER.test(json)) return { kind: 'number', text: json, isNull: false };
  if (json !== 'null' || column === 'list' || column === 'struct' || column === 'map' || column === 'vector') return null;
  return { kind: column === 'number' || column === 'boolean' ? column : 'text', text: '', isNull: true };
}

/** The value that was typed; the name of what it should be where it is not that. */
export function writtenDraft({ kind, text, isNull }: Draft): WrittenValue | 'number' | 'boolean' {
  if (isNull) return { json: 'null' };
  const typed = text.trim();
  switch (kind) {
    case 'text':
      return { json: JSON.stringify(text) };
    case 'number':
      return NUMBER.test(typed) ? { json: typed } : 'number';
    case 'boolean':
      return typed === 'true' || typed === 'false' ? { json: typed } : 'boolean';
  }
}
