import type { ValueLimits } from '../../../protocol/values.ts';
import { JsonReader, readJson, type JsonRecord } from './json-reader.ts';
import type { RecordIndex } from './record-index.ts';
import type { Checkpoint, Scanner } from './scanner.ts';
import { wholeSequences, type TextSource } from './text-source.ts';

/** A record found on the way to the rows asked for; `bytes` are there where it lies whole in the window. */
export interface LocatedRecord {
  readonly row: number;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer | null;
}

/** What a pass over some rows works with. */
export interface Located {
  readonly source: TextSource;
  readonly index: RecordIndex;
  readonly scanner: (at: Checkpoint) => Scanner;
  /** Whether the space between two records holds nothing but blanks, so that checkpoints can end a record. */
  readonly lines: boolean;
}

const FIRST_WINDOW = 128 * 1024;
const WINDOW = 2 * 1024 * 1024;
/** A long record is read in pieces of this many bytes. */
const PIECE = 1024 * 1024;

/**
 * Visits the records of rows `[start, end)` that the index has passed, in order: from the checkpoint before
 * them, through a window of fixed size.
 */
export async function visitRecords(
  from: Located,
  start: number,
  end: number,
  visit: (record: LocatedRecord) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const at = from.index.checkpoints.before(start);
  if (at === null || start >= end) return;
  let scanner = from.scanner(at);
  let window = Buffer.allocUnsafe(FIRST_WINDOW);
  while (scanner.rows < end) {
    signal.throwIfAborted();
    const windowAt = scanner.offset;
    const length = await from.source.readInto(window.subarray(0, Math.min(window.length, from.index.scanned - windowAt)), windowAt);
    const found: LocatedRecord[] = [];
    const sink = (row: number, line: number, first: number, last: number): void => {
      if (row < start || row >= end) return;
      const whole = first >= windowAt && last <= windowAt + length;
      found.push({ row, line, start: first, end: last, bytes: whole ? window.subarray(first - windowAt, last - windowAt) : null });
    };
    if (length > 0) scanner.push(window.subarray(0, length), length, sink);
    if (scanner.offset >= from.index.scanned) scanner.end(sink);
    for (const record of found) await visit(record);
    if (length === 0 || scanner.offset >= from.index.scanned) return;
    if (window.length < WINDOW) window = Buffer.allocUnsafe(WINDOW);
    scanner = await leap(from, scanner, start, visit);
  }
}

/**
 * Goes past a long line, or a long stretch of blank ones, at once where a checkpoint tells its end, instead of
 * looking for the newline.
 */
async function leap(from: Located, scanner: Scanner, start: number, visit: (record: LocatedRecord) => Promise<void>): Promise<Scanner> {
  const pending = scanner.pending;
  const here = from.lines ? from.index.checkpoints.exact(pending.row) : null;
  if (here !== null && here.offset > scanner.offset) return from.scanner(here);
  const next = from.lines ? from.index.checkpoints.exact(pending.row + 1) : null;
  if (next === null || next.offset < scanner.offset + WINDOW) return scanner;
  if (pending.row >= start) await visit({ ...pending, start: pending.offset, end: next.offset, bytes: null });
  return from.scanner(next);
}

/** A record's JSON, and how many of its bytes were read where it is too long to be read whole. */
export interface ReadRecord extends JsonRecord {
  readonly cutAt: number | null;
}

/** Reads a record, at most `cap` bytes of it, never holding more than a piece. */
export async function readRecord(
  source: TextSource,
  record: LocatedRecord,
  limits: ValueLimits,
  topEntries: number,
  cap: number,
  signal: AbortSignal,
): Promise<ReadRecord> {
  if (record.bytes !== null) return { ...readJson(record.bytes, limits, topEntries), cutAt: null };
  const reader = new JsonReader(limits, topEntries);
  const piece = Buffer.allocUnsafe(PIECE);
  const stop = Math.min(record.end, record.start + cap);
  for (let at = record.start; at < stop; ) {
    signal.throwIfAborted();
    const length = await source.readInto(piece.subarray(0, Math.min(PIECE, stop - at)), at);
    if (length === 0) break;
    const whole = at + length < record.end ? wholeSequences(piece, length) : length;
    if (!reader.push(piece, 0, whole)) return { ...reader.finish(), cutAt: null };
    at += whole;
  }
  return stop < record.end ? { ...reader.partial(), cutAt: cap } : { ...reader.finish(), cutAt: null };
}
