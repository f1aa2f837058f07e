import type { ErrorCode } from './errors.ts';
import type { ValuePath } from './values.ts';

/**
 * What stands at a place of a shard, exactly: its JSON text with number literals digit by digit, or nothing at all.
 * `{ json: 'null' }`, `{ json: '""' }` and `{ missing: true }` are three different things. A column of texts holds JSON
 * strings; a date, a timestamp or a decimal is the JSON string or number that the reader shows for it.
 */
export type WrittenValue = { readonly json: string } | { readonly missing: true };

export const MISSING: WrittenValue = { missing: true };

/**
 * A place in a row: the name of a column as the file has it (the key of a record, the field of a sample), then field
 * names and positions inwards. Empty: the whole record, where the record is no object. A position also names an entry of
 * an object, so that keys written twice can be told apart.
 */
export type CellPath = ValuePath;

/**
 * What stands before the path of a column that comes from a file beside the shard, as the path's first step: this and the
 * file's own path from the shard's folder. No column of the shard itself is edited under such a name.
 */
export const SIDE_CAR_STEP = 'file:';

/** One cell, or a place inside one. Rows are numbered as in the file that the edits are made on. */
export interface CellChange {
  readonly kind: 'cell';
  readonly row: number;
  readonly path: CellPath;
  readonly old: WrittenValue;
  readonly new: WrittenValue;
}

/** A row is marked to be left out of the next save, or is no longer. */
export interface RowChange {
  readonly kind: 'row';
  readonly row: number;
  readonly dropped: boolean;
}

/** What the values of an added column are, `rounds` lists of `CaptionRound`; formats without a schema take any JSON whatever is said here. */
export type AddedType = 'text' | 'number' | 'integer' | 'boolean' | 'rounds' | 'json';

/** A column comes to be, or is taken back. In formats without a schema it is there as far as rows have a value. */
export interface ColumnChange {
  readonly kind: 'column';
  readonly name: string;
  readonly type: AddedType;
  readonly present: boolean;
}

/** The smallest edit. Every one can be reversed from what it says itself. */
export type Change = CellChange | RowChange | ColumnChange;

/** What a person did at once and takes back at once: one cell, or a replacement in a million of them. */
export interface EditStep {
  /** Counts up within one journal. */
  readonly id: number;
  /** For the undo stack: `Edit caption`, `Replace in 1,204 rows`. */
  readonly label: string;
  readonly changes: readonly Change[];
}

/** What tells whether a file is still the one that was read. */
export interface Fingerprint {
  readonly size: number;
  /** Nanoseconds since 1970, as text: a number cannot hold them. */
  readonly modified: string;
  /** SHA-256 of the first and of the last 64 KiB, in hexadecimal. */
  readonly head: string;
  readonly tail: string;
}

/** What may be edited in a column, by the column's index; a reason where nothing may. */
export type ColumnTarget = { readonly path: CellPath } | { readonly readOnly: string };

/** Where a save goes and what the user has agreed to. */
export interface SaveTarget {
  /** Another file than the shard's own; one that is there is replaced. */
  readonly path?: string;
  /** The file has other names (hard links): they keep the old content. Without this such a file is refused. */
  readonly breakHardLinks?: boolean;
}

/** A file as it is on the disk. */
export interface FileState {
  /** Links resolved. */
  readonly path: string;
  readonly fingerprint: Fingerprint;
}

/** A file that edits go into: a shard of a set, or a file beside a shard. */
export interface EditedFile extends FileState {
  /** The shard, by the path that the set has for it; the file itself, or what it lies beside. */
  readonly shard: string;
  /** The rows of the document, `[start, start + rows)`, of which it holds values. */
  readonly start: number;
  readonly rows: number;
}

/** A shard of a set that could not be written, with the rows that it has in the set: their edits are not saved. */
export interface UnsavedFile {
  readonly path: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly start: number;
  readonly rows: number;
}

/** What a save did. */
export interface SaveReport {
  /** The file that was written, links resolved. */
  readonly path: string;
  readonly fingerprint: Fingerprint;
  /** Bytes that came from the edits. */
  readonly bytesEncoded: number;
  /** Bytes of the old file that were read and written again; 0 where the file system shared them. */
  readonly bytesCopied: number;
  /** False where the folder could not be flushed: the file is in place, a power cut might still undo that. */
  readonly durable: boolean;
  /** Every file that was written, where they may be several; `path` and `fingerprint` are those of the first one then. */
  readonly files?: readonly FileState[];
  /** What was not written, of a set. */
  readonly unsaved?: readonly UnsavedFile[];
}

/** What a person should be asked before a file is written. */
export interface SaveFacts {
  /** The file itself, where the name is a symbolic link: it is written through the link, which stays. */
  readonly linkTarget: string | null;
  /** Other names of the file; they would keep the old content. */
  readonly otherNames: number;
  /** Why it cannot be written, as far as that can be told beforehand. */
  readonly refusal: string | null;
}
