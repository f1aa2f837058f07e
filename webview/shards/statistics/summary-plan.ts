import type { ColumnPath, ResultId } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { pathKey } from '../filters/conditions.ts';
import type { AppState } from '../state.ts';

/** Bytes of a file up to which every column is counted whole without being asked for. */
const SMALL_FILE = 2 * 1024 * 1024 * 1024;

/** What statistics are of at present; null while nothing can be asked. */
export interface SummaryTarget {
  readonly opening: number;
  readonly shard: ShardState;
  /** The filter's result, once all its rows are found. */
  readonly result: ResultId | null;
}

/** What is known of a column. */
export interface Known {
  readonly summary: ColumnSummary | null;
  /** The result that `summary.kept` is of. */
  readonly result: ResultId | null;
  readonly failed: boolean;
}

export interface SummaryRequest {
  readonly column: ColumnPath;
  readonly quick: boolean;
  readonly result: ResultId | null;
}

export function summaryTarget({ document, shard, opening, edits, query }: AppState): SummaryTarget | null {
  if (document.status !== 'open' || shard === null || shard.rows === 0) return null;
  const { shown } = query;
  const filtered = shown?.complete === true && shown.query.conditions.length > 0;
  return { opening: opening + edits, shard, result: filtered ? shown.result : null };
}

/**
 * Whether a column is counted over the whole table without being asked for. Parquet's columns of numbers are small
 * whatever the file's size; everything else of a huge file would be read whole for it.
 */
export function countsByItself({ format, fileSize, columns }: Pick<ShardState, 'format' | 'fileSize' | 'columns'>, column: ColumnPath): boolean {
  if (fileSize <= SMALL_FILE) return true;
  const kind = columns.find(({ name }) => name === column[0])?.kind;
  return format === 'parquet' && column.length === 1 && (kind === 'number' || kind === 'boolean' || kind === 'temporal');
}

/**
 * The next thing to ask for: a first look at every column on screen, then what the filter keeps of them, then the
 * whole table; the column that the user looks at comes first.
 */
export function nextSummary(
  target: SummaryTarget,
  columns: readonly ColumnPath[],
  wholes: ReadonlySet<string>,
  known: (column: ColumnPath) => Known | undefined,
): SummaryRequest | null {
  const { result, shard } = target;
  const open = columns.map((column) => ({ column, known: known(column) })).filter((each) => each.known?.failed !== true);
  const unseen = open.find((each) => (each.known?.summary ?? null) === null);
  if (unseen !== undefined) return { column: unseen.column, quick: true, result: null };
  const unkept = result === null ? undefined : open.find((each) => each.known?.result !== result);
  if (unkept !== undefined) return { column: unkept.column, quick: unkept.known?.summary?.exact !== true, result };
  if (!shard.rowsComplete) return null;
  const partial = open.find(({ column, known: { summary } = {} }) => summary?.exact !== true && (wholes.has(pathKey(column)) || countsByItself(shard, column)));
  return partial === undefined ? null : { column: partial.column, quick: false, result };
}
