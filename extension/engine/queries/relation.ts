import type { DuckDBType } from '@duckdb/node-api';

/** A top-level column by its index, or a field inside it. */
export interface ColumnRef {
  readonly index: number;
  /** Names of struct fields from the column inwards; empty for the column itself. */
  readonly fields: readonly string[];
}

/**
 * A shard, a set of shards or a shard with its side-cars as DuckDB sees it. Its cells are equal to what the reader shows;
 * values that DuckDB cannot hold are given as their text.
 */
export interface Relation {
  /**
   * What stands behind FROM: a table expression with `row` (BIGINT, the 0-based row number, unique) and `v0`, `v1`, ...
   * for the columns asked for. Beside them are `m0`, `m1`, ... (BOOLEAN): the row does not have the field at all; its
   * value is NULL then, as for a null. Complete SQL: literals are quoted inside, nothing is left to bind. Good until the
   * next relation of this shard is made or the shard is closed.
   */
  readonly from: string;
  /**
   * The same rows by one scan of all files, where that is another: it costs less to plan and more for each row that is
   * numbered. For counting, and where few rows are kept.
   */
  readonly together?: string;
  /** Types of `v0`, `v1`, ... */
  readonly types: readonly DuckDBType[];
  /** Rows of the table. */
  readonly rows: number;
  /** DuckDB may find the rows in another order than the table's: they are joined. */
  readonly unordered?: boolean;
  /** Set where the table is a scan of one file, which other files can share. */
  readonly scan?: FileScan;
}

/** A scan of a file in place. Files with the same schema can be scanned together, which costs less than a scan for each. */
export interface FileScan {
  /** The file as DuckDB's file functions take it. */
  readonly file: string;
  /** Names and types of all columns. */
  readonly schema: string;
  /** The same table expression over an SQL list of files: `row` counts in each file, `file_index` says which it is. */
  readonly over: (files: string) => string;
}

/** Work that has to be done before a relation can be queried; `done` and `total` in bytes. */
export type ReportWork = (label: string, done: number, total: number) => void;
