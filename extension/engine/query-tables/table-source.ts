import type { Progress } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import type { ReportWork } from '../queries/relation.ts';
import type { RowsRequest } from '../shards/shard.ts';
import type { ByteSource } from '../shards/source.ts';

/**
 * Where a column's values are in the JSON text of a row.
 *
 * - `key`: under this key of an object
 * - `record`: the row itself, where it is no object
 * - `odd`: only in rows that are read again anyway, such as earlier values of a key written twice
 * - `reader`: nowhere; only the shard's own reader knows
 */
export type ColumnPlace = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'record' } | { readonly kind: 'odd' } | { readonly kind: 'reader' };

export interface SourceColumn {
  /** The same for every process that opens this content. */
  readonly id: string;
  readonly place: ColumnPlace;
}

/** A JSON text for each row, on a line of its own. */
export interface LinesFile {
  readonly path: string;
  /** Bytes of the longest line. */
  readonly longest: number;
}

/** Takes a row's JSON text; null for a row that has none, which is then read again. */
export type WriteLine = (json: Buffer | null) => Promise<void>;

export interface SourceSize {
  readonly rows: number;
  /** Bytes of text that hold them. */
  readonly textBytes: number;
  /** Bytes of text of the longest row. */
  readonly longest: number;
}

/** What every source has of its open shard. */
export interface SourceParts {
  readonly progress: () => Progress | null;
  readonly readRows: (request: RowsRequest, signal: AbortSignal) => Promise<Value[][]>;
}

/** A shard as query tables are filled from it. */
export interface TableSource {
  readonly bytes: ByteSource;
  /**
   * Waits until every row is known and looks whether the file is still the one that was opened.
   * @throws LoupeError `changed`, `cancelled`, or why the rows end early
   */
  prepare(report: ReportWork, signal: AbortSignal): Promise<void>;
  size(): SourceSize;
  /** Every column known, by its index. */
  columns(): readonly SourceColumn[];
  /** The shard's own file, where it has a row's JSON text on each line and nothing else; else null. */
  lines(): LinesFile | null;
  /** Gives every row's JSON text, in order; of columns that are not asked for it may leave out values. */
  writeLines(columns: readonly number[], write: WriteLine, report: ReportWork, signal: AbortSignal): Promise<void>;
  /** What the reader says, which is the truth. */
  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]>;
}
