import { crc32 } from 'node:zlib';
import type { Change, EditedFile, EditStep, Fingerprint } from '../protocol/edits.ts';

/** Goes up when older programs could not read what newer ones write. */
export const JOURNAL_VERSION = 1;

/** Changes of one line at most, so that a replacement in a million cells is no line of a gigabyte. */
const CHANGES_OF_A_LINE = 1_000;

/**
 * One line of a journal.
 *
 * - `file`: what the edits are of; the first line, and again after a save: row numbers are of this file from there on.
 *   `rowsMoved` where the save left rows out: no step before it can be taken back any more. `others` are files beside it,
 *   or shards of a set, that edits which follow are of
 * - `files`: more of those others
 * - `step`: something was done; the same `id` goes on in the next line where `more` is set, and counts only when whole
 * - `undo`, `redo`: the step with this id was taken back, or done again
 * - `revert`: every edit since the last `file` is gone
 * - `spent`: all the seconds that the user has worked on a row; they stay whatever is taken back
 */
export type JournalRecord =
  | { readonly type: 'file'; readonly version: number; readonly path: string; readonly fingerprint: Fingerprint; readonly rowsMoved?: true; readonly others?: readonly EditedFile[] }
  | { readonly type: 'files'; readonly files: readonly EditedFile[] }
  | ({ readonly type: 'step'; readonly more?: true } & EditStep)
  | { readonly type: 'undo' | 'redo'; readonly id: number }
  | { readonly type: 'revert' }
  | { readonly type: 'spent'; readonly row: number; readonly seconds: number };

/** The lines of a record, each ended by a newline: checksum, blank, JSON. A step of a million changes has a thousand of them. */
export function* recordLines(record: JournalRecord): Generator<string> {
  if (record.type !== 'step' || record.changes.length <= CHANGES_OF_A_LINE) {
    yield line(record);
    return;
  }
  for (let at = 0; at < record.changes.length; at += CHANGES_OF_A_LINE) {
    const changes = record.changes.slice(at, at + CHANGES_OF_A_LINE);
    const more = at + CHANGES_OF_A_LINE < record.changes.length;
    yield line({ ...record, changes, ...(more ? { more: true } : {}) });
  }
}

/** What a journal's bytes hold. */
export interface DecodedJournal {
  readonly records: readonly JournalRecord[];
  /** Bytes of whole records; what comes behind is no part of the journal and is cut off before the next is appended. */
  readonly length: number;
  /** The number of the line that cannot be read although others follow it: the file was damaged, not cut by a crash. */
  readonly damagedLine: number | null;
}

/**
 * Reads a journal as far as it is whole. A last line that a crash cut off, and the beginning of a step whose end was not
 * written, were never acknowledged and are left out.
 */
export function decodeJournal(bytes: Buffer): DecodedJournal {
  const records: JournalRecord[] = [];
  let pending: Change[] = [];
  let length = 0;
  let number = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const record = end < 0 ? null : parseLine(bytes.subarray(at, end));
    number++;
    if (record === null) return { records, length, damagedLine: end < 0 || end + 1 === bytes.length ? null : number };
    at = end + 1;
    if (record.type === 'step') {
      for (const change of record.changes) pending.push(change);
      if (record.more === true) continue;
      records.push({ ...record, changes: pending });
      pending = [];
    } else records.push(record);
    length = at;
  }
  return { records, length, damagedLine: null };
}

function line(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

function checksum(bytes: string | Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

function parseLine(bytes: Buffer): JournalRecord | null {
  const json = bytes.subarray(9);
  if (bytes.toString('latin1', 0, 9) !== `${checksum(json)} `) return null;
  return JSON.parse(json.toString('utf8')) as JournalRecord;
}
