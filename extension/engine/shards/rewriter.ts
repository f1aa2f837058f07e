import type { CellChange, ColumnTarget } from '../../protocol/edits.ts';
import type { Compression } from '../../protocol/shards.ts';
import type { EditSet } from '../edits/edit-set.ts';
import type { Splices } from '../saving/splice.ts';

/** One file with its part of the edits. */
export interface FileEdits {
  readonly rewriter: Rewriter;
  /** By the file's own rows. */
  readonly edits: EditSet;
}

/** Files that are written together: a shard and what lies beside it. */
export interface FileGroup {
  readonly path: string;
  /** The rows of the whole, `[start, start + rows)`, of which they hold values. */
  readonly start: number;
  readonly rows: number;
  /** Opens them for as long as `work` takes. @throws LoupeError where they cannot be, `conflict`, `unsupported`, and what `work` throws */
  readonly use: (work: (files: readonly FileEdits[]) => Promise<void>) => Promise<void>;
}

/** How edits become bytes of one file; or of several, see `groups`. */
export interface Rewriter {
  readonly path: string;
  readonly compression: Compression;
  /** Resolves when it is known what can be edited; absent where that is known at once. */
  ready?(): Promise<void>;
  /** Looks whether a column takes a new value; absent where every column takes any. @throws LoupeError `unsupported` with the reason */
  check?(change: CellChange, signal: AbortSignal): Promise<void> | void;
  /** The files that edits go into; absent where that is `path` alone. @throws LoupeError `conflict` where an edit is of no file */
  groups?(edits: EditSet, signal: AbortSignal): Promise<readonly FileGroup[]>;
  /** Where each column's values are written, by the column's index. */
  targets(): readonly ColumnTarget[];
  /**
   * Waits until it is known where every row is.
   * @throws LoupeError `changed` where the file is not the one that was opened, `malformed` where it cannot be read to its end
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * What must be replaced in the (decompressed) bytes, made while it is taken.
   * @throws LoupeError `conflict` where a place does not hold an edit's old value, `unsupported`, `malformed`
   */
  splices(edits: EditSet, signal: AbortSignal): Splices;
}
