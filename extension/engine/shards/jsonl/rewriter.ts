import { basename } from 'node:path';
import type { ColumnTarget } from '../../../protocol/edits.ts';
import type { Compression } from '../../../protocol/shards.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { EditSet } from '../../edits/edit-set.ts';
import type { SourceColumn } from '../../query-tables/table-source.ts';
import type { Splice, Splices } from '../../saving/splice.ts';
import type { Rewriter } from '../rewriter.ts';
import { byteText } from './byte-text.ts';
import { editRecord } from './edit-record.ts';
import { visitRecords, type Located, type LocatedRecord } from './record-reader.ts';
import { copyOf } from './text-source.ts';
import { trimmedSplice } from './trimmed-splice.ts';

/** Edited rows that are worked on at a time, and how far apart the first and the last may be. */
const BATCH_ROWS = 256;
const BATCH_SPAN = 4096;
/** Records longer than this cannot be edited. */
const MAX_RECORD = 128 * 1024 * 1024;

/** What rewriting needs of an open JSON shard. */
export interface JsonRewriterParts {
  readonly located: Located;
  readonly compression: Compression;
  readonly columns: () => readonly SourceColumn[];
  /** Values follow each other without an array around them. */
  readonly isSequence: () => boolean;
  /** Resolves when every row is known and the file is the one that was opened. @throws LoupeError */
  readonly whole: (signal: AbortSignal) => Promise<void>;
  /** `line 12`, `element 3`. */
  readonly place: (record: Pick<LocatedRecord, 'row' | 'line'>) => string;
}

/** How edits go into JSON Lines and JSON arrays: inside their line or element, everything else stays as it is. */
export class JsonRewriter implements Rewriter {
  readonly path: string;
  readonly compression: Compression;
  readonly #parts: JsonRewriterParts;

  constructor(parts: JsonRewriterParts) {
    this.#parts = parts;
    this.path = parts.located.source.path;
    this.compression = parts.compression;
  }

  targets(): ColumnTarget[] {
    return this.#parts.columns().map(({ place }): ColumnTarget => {
      if (place.kind === 'key') return { path: [place.key] };
      if (place.kind === 'record') return { path: [] };
      return { readOnly: place.kind === 'odd' ? 'Of a key written more than once only the last value can be edited.' : 'Keys beyond those that have columns of their own are not edited here.' };
    });
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#parts.whole(signal);
    const problem = copyOf(this.#parts.located.source)?.problem ?? null;
    if (problem !== null) throw new LoupeError('malformed', `${basename(this.path)} cannot be saved: it was not read to its end. ${problem.message}`, { path: this.path, cause: problem });
  }

  async *splices(edits: EditSet, signal: AbortSignal): Splices {
    const rows = edits.rows();
    for (let at = 0; at < rows.length; ) {
      const first = rows[at] ?? 0;
      let end = at + 1;
      while (end < rows.length && end < at + BATCH_ROWS && (rows[end] ?? 0) < first + BATCH_SPAN) end++;
      yield* await this.#batch(rows.slice(at, end), edits, signal);
      at = end;
    }
  }

  /** The splices of rows that lie close together. */
  async #batch(rows: readonly number[], edits: EditSet, signal: AbortSignal): Promise<Splice[]> {
    const splices: Splice[] = [];
    let at = 0;
    const visit = async (record: LocatedRecord): Promise<void> => {
      if (record.row !== rows[at]) return;
      at++;
      const { cells, dropped } = edits.of(record.row);
      const splice = dropped ? await this.#dropped(record, edits, signal) : await this.#edited(record, cells);
      if (splice !== null) splices.push(splice);
    };
    await visitRecords(this.#parts.located, rows[0] ?? 0, (rows.at(-1) ?? 0) + 1, visit, signal);
    const missing = rows[at];
    if (missing !== undefined) throw new LoupeError('conflict', `${basename(this.path)} has no row ${missing + 1} any more.`, { path: this.path });
    return splices;
  }

  async #edited(record: LocatedRecord, cells: Parameters<typeof editRecord>[1]): Promise<Splice | null> {
    const { located } = this.#parts;
    if (record.end - record.start > MAX_RECORD) throw this.#fault('too-large', record, `it is ${byteText(record.end - record.start)} long; records up to ${byteText(MAX_RECORD)} can be edited`);
    const bytes = record.bytes ?? (await located.source.slice(record.start, record.end));
    const edited = editRecord(bytes, cells, located.lines);
    if (!Buffer.isBuffer(edited)) throw this.#fault(edited.kind, record, edited.message);
    return trimmedSplice(record.start, bytes, edited);
  }

  /** A line goes with its line break. Of elements the run that is dropped together goes with the comma in front of it. */
  async #dropped(record: LocatedRecord, edits: EditSet, signal: AbortSignal): Promise<Splice | null> {
    const { located } = this.#parts;
    if (located.lines) {
      const end = Math.min(record.end + 1, located.source.byteLength);
      return { start: record.start, end, bytes: Buffer.alloc(0), replaces: null };
    }
    if (record.row > 0 && edits.of(record.row - 1).dropped) return null;
    let last = record.row;
    while (edits.of(last + 1).dropped) last++;
    const before = await this.#range(record.row - 1, signal);
    const after = await this.#range(last + 1, signal);
    const own = last === record.row ? record : await this.#range(last, signal);
    if (this.#parts.isSequence() && before?.end === record.start) throw this.#fault('unsupported', record, 'nothing parts it from the value before it, so it cannot be left out');
    const start = before?.end ?? record.start;
    const end = before === null && after !== null ? after.start : (own?.end ?? record.end);
    return { start, end, bytes: Buffer.alloc(0), replaces: null };
  }

  async #range(row: number, signal: AbortSignal): Promise<{ readonly start: number; readonly end: number } | null> {
    let found: { start: number; end: number } | null = null;
    if (row < 0 || row >= this.#parts.located.index.rows) return null;
    const visit = ({ start, end }: LocatedRecord): Promise<void> => {
      found = { start, end };
      return Promise.resolve();
    };
    await visitRecords(this.#parts.located, row, row + 1, visit, signal);
    return found;
  }

  #fault(code: 'conflict' | 'unsupported' | 'malformed' | 'too-large', record: LocatedRecord, why: string): LoupeError {
    const place = this.#parts.place(record);
    return new LoupeError(code, `${basename(this.path)}, ${place}: ${why}; nothing was saved.`, { path: this.path, place });
  }
}
