import { decodeJournal } from '../../journal/record.ts';
import { replay } from '../../journal/replay.ts';
import { MISSING, type CellPath, type Change, type WrittenValue } from '../../protocol/edits.ts';
import { WHOLE_LIMITS, type StructValue, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { writtenOf } from '../edits/written-value.ts';
import { recordText } from '../pages/json-text.ts';
import { readJson } from '../shards/jsonl/json-reader.ts';

/** One line of an edits file: which row, by its number from 0 or by its key, and what is to become of it. */
export interface EditLine {
  /** Of the edits file, from 1. */
  readonly line: number;
  readonly row: { readonly number: number } | { readonly key: string };
  /** Null: the row is dropped. */
  readonly cell: { readonly path: CellPath; readonly old: WrittenValue; readonly new: WrittenValue } | null;
}

/** Edits as a file has them: lines for people and scripts, or a journal of the editor. */
export type EditsFile = { readonly lines: readonly EditLine[] } | { readonly changes: readonly Change[] };

/**
 * Reads `{"row": 3, "column": "caption", "old": "a cat", "new": "a dog"}` a line, or `{"row": 3, "drop": true}`. `key`
 * instead of `row` names the row by its key; a column may be a path, `["meta", "score"]`; `old` and `new` are JSON values
 * as they are, and where one is left out there is no value at all.
 * @throws LoupeError `malformed` that names the line
 */
export function parseEdits(bytes: Buffer): EditsFile {
  if (/^[0-9a-f]{8} \{/.test(bytes.toString('latin1', 0, 16))) return { changes: journalChanges(bytes) };
  const lines: EditLine[] = [];
  let number = 0;
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(at, end);
    at = end + 1;
    number++;
    if (line.some((byte) => byte > 32)) lines.push(parseLine(line, number));
  }
  return { lines };
}

/** The line of a changed cell, or of a row that is dropped. */
export function editLine(row: readonly [name: 'row' | 'key', value: Value], cell: { readonly path: CellPath; readonly old: Value; readonly new: Value } | null): string {
  if (cell === null) return recordText([row, ['drop', true]]);
  const [first = '', ...inner] = cell.path;
  const path: Value = inner.length === 0 && cell.path.length === 1 ? String(first) : listOf(cell.path.map((step) => (typeof step === 'number' ? { type: 'number', text: String(step) } : step)));
  return recordText([row, ['column', path], ['old', cell.old], ['new', cell.new]]);
}

function listOf(items: readonly Value[]): Value {
  return { type: 'list', items, length: items.length };
}

function journalChanges(bytes: Buffer): readonly Change[] {
  const { records, damagedLine } = decodeJournal(bytes);
  if (damagedLine !== null) throw new LoupeError('malformed', `The journal is damaged in line ${damagedLine}; nothing was changed.`);
  return replay(records).changes;
}

function parseLine(bytes: Buffer, line: number): EditLine {
  const { value, fault } = readJson(bytes, WHOLE_LIMITS);
  const refuse = (why: string): LoupeError => new LoupeError('malformed', `Line ${line} of the edits: ${why}; nothing was changed.`, { place: `line ${line}` });
  if (fault !== null) throw refuse(`no JSON (${fault.message})`);
  if (value === null || typeof value !== 'object' || value.type !== 'struct') throw refuse('no JSON object');
  const row = rowOf(field(value, 'row'), field(value, 'key'));
  if (row === null) throw refuse('it needs a whole number "row", or a "key"');
  if (field(value, 'drop') === true) return { line, row, cell: null };
  const path = pathOf(field(value, 'column'));
  if (path === null) throw refuse('it needs a "column", a name or a list of names and positions');
  const [old, next] = [written(field(value, 'old')), written(field(value, 'new'))];
  if (old === null || next === null) throw refuse('"old" or "new" is no value that can be written');
  return { line, row, cell: { path, old, new: next } };
}

function field(value: StructValue, name: string): Value | undefined {
  return value.entries.findLast(([key]) => key === name)?.[1];
}

function written(value: Value | undefined): WrittenValue | null {
  return value === undefined ? MISSING : writtenOf(value);
}

function rowOf(row: Value | undefined, key: Value | undefined): EditLine['row'] | null {
  const number = row !== undefined && row !== null && typeof row === 'object' && row.type === 'number' ? Number(row.text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= 0) return { number };
  return key === undefined ? null : { key: keyText(key) };
}

/** What a key is compared by: a text is itself, anything else its JSON. */
export function keyText(value: Value): string {
  return typeof value === 'string' ? value : recordText([['', value]]);
}

function pathOf(value: Value | undefined): CellPath | null {
  if (typeof value === 'string') return [value];
  if (value === undefined || value === null || typeof value !== 'object' || value.type !== 'list') return null;
  const steps = value.items.map((item) => (typeof item === 'string' ? item : item !== null && typeof item === 'object' && item.type === 'number' ? Number(item.text) : Number.NaN));
  return steps.every((step) => typeof step === 'string' || Number.isSafeInteger(step)) ? steps : null;
}
