import type { AddedType, CellPath, Change, WrittenValue } from './edits.ts';

/** What is done to many rows at once; columns are named by their index. */
export type BulkEdit =
  /** One value for all of them. */
  | { readonly kind: 'set'; readonly column: number; readonly value: WrittenValue }
  /** Every match in texts is replaced; with `regex` the replacement knows `$1`, `$<name>` and `$&`. Cells that hold no text stay. */
  | { readonly kind: 'replace'; readonly column: number; readonly pattern: string; readonly regex: boolean; readonly matchCase: boolean; readonly replacement: string }
  /** A value for each row, from the first one on. */
  | { readonly kind: 'values'; readonly column: number; readonly values: readonly WrittenValue[] }
  /** The next save leaves them out, or does not any more. */
  | { readonly kind: 'drop'; readonly dropped: boolean };

/** Values that one paste may have. */
export const MAX_PASTED = 100_000;

/** Cells that one step may change, and bytes of their old and new values: a step is held in memory until it is saved. */
export const MAX_STEP_CHANGES = 1_000_000;
export const MAX_STEP_BYTES = 256 * 1024 * 1024;

/** A part of the rows that a bulk edit is about, and how many of its changes are wanted. */
export interface BulkWish {
  readonly edit: BulkEdit;
  /** Positions `[start, end)` in what is shown; null: to its end. */
  readonly start: number;
  readonly end: number | null;
  /** Only the first so many changes are answered; all where absent. */
  readonly keep?: number;
}

/** A row that does not take what it should get. */
export interface BulkProblem {
  /** Number in the table. */
  readonly row: number;
  readonly message: string;
}

/** What a bulk edit does to the first rows of those that were asked about. Nothing is changed by asking. */
export interface BulkStretch {
  /** Where to go on; null at the end. */
  readonly next: number | null;
  /** Rows that there are to look at, from the beginning on, as far as that is known. */
  readonly rows: number;
  /** Rows that change, and the changes that were wanted. */
  readonly changed: number;
  readonly changes: readonly Change[];
  /** Bytes of the values of `changes`, about. */
  readonly bytes: number;
  /** Rows that refuse; the first ones of them. */
  readonly refused: number;
  readonly problems: readonly BulkProblem[];
}

/** A value as the list of edits shows it, its text cut. */
export interface ListedValue {
  readonly kind: 'text' | 'json' | 'null' | 'missing';
  readonly text: string;
  /** UTF-16 units that there are. */
  readonly length: number;
}

/** An edit that is not saved. */
export type ListedEdit =
  | { readonly kind: 'cell'; readonly row: number; readonly path: CellPath; readonly old: ListedValue; readonly new: ListedValue }
  | { readonly kind: 'row'; readonly row: number }
  | { readonly kind: 'column'; readonly name: string; readonly type: AddedType };

/** Edits that are not saved: added columns, then those of some edited rows. */
export interface ListedEdits {
  /** Rows that have edits, and cells and rows with them. */
  readonly rows: number;
  readonly cells: number;
  readonly dropped: number;
  readonly columns: number;
  readonly edits: readonly ListedEdit[];
}

/** Which edit is to be taken back. */
export type EditPlace =
  | { readonly kind: 'cell'; readonly row: number; readonly path: CellPath }
  | { readonly kind: 'row'; readonly row: number }
  | { readonly kind: 'column'; readonly name: string };
