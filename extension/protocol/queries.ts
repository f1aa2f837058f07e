import type { ErrorData } from './errors.ts';
import type { Progress } from './shards.ts';
import type { ValuePath } from './values.ts';

/** What a query asks of an open table, and what it answers; the same for one shard and for a set of shards. */

/** Handle of a query's result within one open shard. In requests that name one, row numbers are positions in it. */
export type ResultId = number;

/** Handle of a result of the SQL console within one open shard. */
export type SqlResultId = number;

/**
 * A column, or a field inside a struct column: `['quality']`, `['toxicity', 'score']`. By name, so that it can be
 * remembered; of columns with one name the first is meant.
 */
export type ColumnPath = readonly [column: string, ...fields: string[]];

/**
 * One test of a row. Values travel as the text that the grid shows for them, which is exact for every width; how
 * two values compare is decided by the column's type.
 */
export type Condition = (
  | {
      readonly type: 'range';
      readonly column: ColumnPath;
      readonly min?: string;
      readonly max?: string;
      /** Rows equal to the end are left out. */
      readonly minOpen?: boolean;
      readonly maxOpen?: boolean;
    }
  /** The value is one of these; null stands for null and missing. */
  | { readonly type: 'values'; readonly column: ColumnPath; readonly values: readonly (string | null)[] }
  /** The text of the column, or of any column that holds text, contains this. */
  | { readonly type: 'text'; readonly column?: ColumnPath; readonly text: string; readonly matchCase: boolean; readonly regex: boolean }
  | { readonly type: 'null'; readonly column: ColumnPath }
  /** The value is among the ids of a file: `.npy` of uids, a text file with an id a line, or a column of another shard. */
  | { readonly type: 'ids'; readonly column: ColumnPath; readonly file: string; readonly fileColumn?: ColumnPath }
  /** The row is not the same in the other version of this shard, which it was compared with (`shard/compare`). */
  | { readonly type: 'changed' }
  /** The row has edits that are not saved. */
  | { readonly type: 'edited' }
  /** A condition in DuckDB's SQL over the columns by name. */
  | { readonly type: 'sql'; readonly where: string }
) & {
  /** Rows that fail the test; of a null value neither the test nor its negation holds, but for `null` and `values` with null. */
  readonly not?: boolean;
};

export interface SortKey {
  readonly column: ColumnPath;
  readonly descending: boolean;
}

/** Rows that pass every condition, in the order of the keys; equal ones in the order of the table. Nulls and NaN come last. */
export interface Query {
  readonly conditions: readonly Condition[];
  readonly sort: readonly SortKey[];
}

export const EVERYTHING: Query = { conditions: [], sort: [] };

/** A query's result so far: row numbers of the table in the query's order, known by their position. */
export interface ResultState {
  readonly result: ResultId;
  /** Rows found so far. */
  readonly rows: number;
  readonly complete: boolean;
  /** Rows of the table that were looked at, where it is read in order; else 0 until the end. */
  readonly scanned: number;
  /** Work that has to be done before rows can be found: a text format is read into a table, a file of ids is read. */
  readonly progress?: Progress;
  /** Why it ended before its end. */
  readonly error?: ErrorData;
}

/** Where a search goes on: rows from `from` on in the order of the view, the other way when `backwards`. */
export interface NextMatch {
  readonly condition: Extract<Condition, { type: 'text' }>;
  readonly from: number;
  readonly backwards: boolean;
}

/** How far the work is that a statement waits for: a text format is read into a table. */
export interface SqlProgress {
  /** Which run of a statement it is; whoever asks for one gives it its name. */
  readonly run: string;
  readonly progress: Progress;
}

/** What the SQL console shows of a statement's result. */
export interface SqlResult {
  readonly sqlResult: SqlResultId;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  /** False: there are more rows than the console keeps. */
  readonly complete: boolean;
  readonly milliseconds: number;
}

/** How a copied table is written: JSON a record a line, CSV (RFC 4180) or a table of Markdown. */
export type CopyFormat = 'json' | 'csv' | 'markdown';

/** Rows `[start, end)` that are copied. */
export interface CopyRequest {
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
  /** JSON where absent. */
  readonly format?: CopyFormat;
  /** True: the bare value of the only row and column as JSON, not a record. */
  readonly bare: boolean;
  /** With `bare`: a place inside the cell. */
  readonly path?: ValuePath;
}

export type ExportFormat = 'parquet' | 'jsonl' | 'csv';
