import type { ListedEdit, ListedEdits, ListedValue } from '../../protocol/bulk.ts';
import type { WrittenValue } from '../../protocol/edits.ts';
import type { EditSet } from './edit-set.ts';

/** UTF-16 units of a value that are told: what differs is looked for in them. */
const MAX_TEXT = 4_000;

/** Edited rows that are told at once. */
const MAX_ROWS = 1_000;

/** Edits that are not saved: the columns that they add, and those of the edited rows at places `[start, end)`. */
export function listEdits(edits: EditSet, start: number, end: number): ListedEdits {
  const rows = edits.rows();
  const listed: ListedEdit[] = start > 0 ? [] : [...edits.columns].map(([name, type]) => ({ kind: 'column', name, type }));
  for (const row of rows.slice(start, Math.min(end, start + MAX_ROWS))) {
    const { cells, dropped } = edits.of(row);
    if (dropped) listed.push({ kind: 'row', row });
    for (const { path, old, new: value } of cells) listed.push({ kind: 'cell', row, path, old: listedValue(old), new: listedValue(value) });
  }
  return { rows: rows.length, ...edits.counts, columns: edits.columns.size, edits: listed };
}

function listedValue(value: WrittenValue): ListedValue {
  if (!('json' in value)) return { kind: 'missing', text: '', length: 0 };
  if (value.json === 'null') return { kind: 'null', text: '', length: 0 };
  const isText = value.json.startsWith('"');
  const text = isText ? (JSON.parse(value.json) as string) : value.json;
  return { kind: isText ? 'text' : 'json', text: text.slice(0, MAX_TEXT), length: text.length };
}
