import type { LintFinding } from '../../protocol/lint.ts';
import type { Member, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { Rewriter } from './rewriter.ts';

/** Rows `[start, end)` of some columns, each value within the limits. */
export interface ReadRequest {
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
  readonly limits: ValueLimits;
}

/** Rows by number, in any order; some columns, each value within the limits. */
export interface RowsRequest {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly limits: ValueLimits;
}

/**
 * One open shard of any format. Every reader does the same three steps: a *source* of bytes by range, a
 * *plan* (a pure function: which ranges a request needs) and a *read* that decodes them to values.
 */
export interface Shard {
  /** How edits go into the file; absent where they cannot. */
  readonly rewriter?: Rewriter | undefined;
  /** Goes up when values change that were read before; absent where none do. */
  readonly version?: number;
  /** Rows with edits that are not saved, ascending; absent where nothing is edited. */
  editedRows?(): readonly number[];
  /** What is known now; cheap, called often. */
  state(): ShardState;
  /**
   * Values by column, in the order of `request.columns`: `result[i][j]` is row `start + j`. Rows past the
   * end are left out. Rows that the background index has not reached yet are waited for.
   * @throws LoupeError; a single bad cell is an `InvalidValue` instead
   */
  read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]>;
  /** Values by column of single rows: `result[i][j]` is row `request.rows[j]`. @throws LoupeError */
  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]>;
  /**
   * The shard as a table of DuckDB's, with these columns. Text formats are filled into a cached table first, which takes
   * time and is reported.
   * @throws LoupeError
   */
  relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation>;
  /** What a loader would stumble over; empty for formats without such rules. */
  lint(signal: AbortSignal): Promise<readonly LintFinding[]>;
  /** Where a row is in the file, for a person: `line 12`, `row group 3`, `sample 000000012`. */
  place(row: number, signal: AbortSignal): Promise<string>;
  /** The row's record as the file writes it, where the format is text; null where it has no such form. */
  raw(row: number, signal: AbortSignal): Promise<string | null>;
  /** The records of some rows as the file writes them, byte for byte; where the format is text, and rows can be read so. */
  readonly rawRows?: ((rows: readonly number[], signal: AbortSignal) => Promise<Buffer[]>) | undefined;
  /** Paths of the shards of a set, all of them. */
  readonly files?: (() => string[]) | undefined;
  /** A tar sample's members in the order of the archive; null for other formats. */
  members(row: number, signal: AbortSignal): Promise<readonly Member[] | null>;
  metadata(signal: AbortSignal): Promise<ShardMetadata>;
  /** Resolves when background work is done; for the command line and tests. Never rejects. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What every reader gets to work with. */
export interface ShardContext {
  /** Folder for decompressed copies; the reader asks the cache, never writes there itself. */
  readonly cacheFolder: string;
  /** Bytes that the cache may hold in all. */
  readonly cacheBytes: number;
  /** To be called when `state()` changed. */
  readonly changed: () => void;
  /** Fires when the shard is closed or its opening is given up. */
  readonly signal: AbortSignal;
}
