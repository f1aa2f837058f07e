import { isUtf8 } from 'node:buffer';
import type { CellChange, WrittenValue } from '../../../protocol/edits.ts';
import type { ValueLimits } from '../../../protocol/values.ts';
import { sameJson } from '../../edits/written-value.ts';
import { findPlace, type ObjectRange, type Place } from './json-place.ts';
import { readJson } from './json-reader.ts';

/** Checks a text and keeps nothing of it. */
const NOTHING: ValueLimits = { text: 0, bytes: 0, items: 0, summariseVectors: true };

/** Why an edit cannot be done to a record; `conflict` where it holds another value than the edit says. */
export interface EditFault {
  readonly kind: 'conflict' | 'unsupported' | 'malformed';
  readonly message: string;
}

/**
 * A record with edits done, one after the other: the value's own bytes change, nothing else. A new key comes last, spaced
 * as the keys before it are; where the record writes everything beyond ASCII as escapes, so do new values.
 * @param oneLine new values may go over several lines, the record may not
 */
export function editRecord(bytes: Buffer, changes: readonly CellChange[], oneLine: boolean): Buffer | EditFault {
  const { fault } = readJson(bytes, NOTHING);
  if (fault !== null) return { kind: 'malformed', message: fault.message };
  let result = bytes;
  for (const change of changes) {
    const edited = editPlace(result, change, oneLine);
    if (!Buffer.isBuffer(edited)) return edited;
    result = edited;
  }
  return result;
}

function editPlace(bytes: Buffer, change: CellChange, oneLine: boolean): Buffer | EditFault {
  const text = bytes.toString('latin1');
  const place = findPlace(text, change.path);
  if (typeof place === 'string') return { kind: 'conflict', message: place };
  const conflict = conflictOf(bytes, place, change.old);
  if (conflict !== null) return conflict;
  if ('json' in change.new) {
    const value = newValue(change.new.json, { oneLine, ascii: isEscaped(bytes, text) });
    if (!Buffer.isBuffer(value)) return value;
    if (place.kind === 'value') return splice(bytes, place.value.start, place.value.end, value);
    return addMember(bytes, text, place, value);
  }
  if (place.kind === 'absent') return bytes;
  if (place.parent === null) return { kind: 'unsupported', message: 'only a key of an object can be taken away' };
  const [from, to] = memberRange(place.parent, place.member);
  return splice(bytes, from, to, Buffer.alloc(0));
}

function conflictOf(bytes: Buffer, place: Place, old: WrittenValue): EditFault | null {
  if (place.kind === 'absent') return 'json' in old ? { kind: 'conflict', message: 'it has no such value any more' } : null;
  if (!('json' in old)) return { kind: 'conflict', message: 'it has a value here already' };
  const found = bytes.subarray(place.value.start, place.value.end);
  // An edit could not say what was there, and so it could never be taken back.
  if (!isUtf8(found)) return { kind: 'unsupported', message: 'it holds bytes that are no UTF-8' };
  return sameJson(found, Buffer.from(old.json)) ? null : { kind: 'conflict', message: 'it holds another value' };
}

/** The bytes of a new value. */
function newValue(json: string, { oneLine, ascii }: { oneLine: boolean; ascii: boolean }): Buffer | EditFault {
  // Halves of surrogate pairs have no UTF-8; everything else may stay as it is.
  let text = json.isWellFormed() ? json : json.replaceAll(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, escaped);
  if (ascii) text = text.replaceAll(/[\u0080-\uffff]/g, escaped);
  // Sound JSON has line breaks between its parts only.
  if (oneLine) text = text.replaceAll(/[\r\n][\r\n\t ]*/g, ' ');
  const bytes = Buffer.from(text.trim());
  const { fault } = readJson(bytes, NOTHING);
  return fault === null ? bytes : { kind: 'unsupported', message: `the new value is no JSON: ${fault.message}` };
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whether the record writes characters beyond ASCII as escapes, and none as they are. */
function isEscaped(bytes: Buffer, text: string): boolean {
  return /\\u(?:00[89a-f]|0[1-9a-f]|[1-9a-f])/i.test(text) && bytes.every((byte) => byte < 128);
}

/** Appends a key, with the blanks that stand before the last key and around its colon. */
function addMember(bytes: Buffer, text: string, { parent, key }: Extract<Place, { kind: 'absent' }>, value: Buffer): Buffer | EditFault {
  const name = newValue(JSON.stringify(key), { oneLine: true, ascii: isEscaped(bytes, text) });
  if (!Buffer.isBuffer(name)) return name;
  const last = parent.members.at(-1);
  if (last === undefined) return splice(bytes, parent.open + 1, parent.open + 1, Buffer.concat([name, Buffer.from(': '), value]));
  const colon = text.slice(last.key.end, last.value.start);
  const before = text.lastIndexOf(parent.members.length > 1 ? ',' : '{', last.key.start);
  const blanks = text.slice(before + 1, last.key.start);
  // A single key right behind its brace does not tell how keys are parted: its colon does.
  const gap = blanks === '' && parent.members.length === 1 && colon.endsWith(' ') ? ' ' : blanks;
  return splice(bytes, last.value.end, last.value.end, Buffer.concat([Buffer.from(`,${gap}`), name, Buffer.from(colon), value]));
}

/** What goes with a key: the comma before it, else the one behind it. */
function memberRange({ members }: ObjectRange, index: number): [from: number, to: number] {
  const member = members[index];
  const before = members[index - 1];
  const after = members[index + 1];
  if (member === undefined) return [0, 0];
  if (before !== undefined) return [before.value.end, member.value.end];
  return [member.key.start, after?.key.start ?? member.value.end];
}

function splice(bytes: Buffer, start: number, end: number, put: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)]);
}
