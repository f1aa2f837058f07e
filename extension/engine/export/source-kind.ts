import type { Column, ShardState } from '../../protocol/shards.ts';

/**
 * Whether DuckDB holds the values of these columns as the files do, so that statements may write them; else only the
 * reader's values are exact. So it is for Parquet, alone or as a set of shards that agree in these columns.
 */
export function isHeldByDuckdb({ format, parts = [], partCount = 0 }: ShardState, columns: readonly Column[]): boolean {
  const own = columns.every(({ origin, difference }) => difference === undefined && origin?.kind !== 'side-car');
  if (format !== 'set') return own && format === 'parquet';
  return own && parts.length === partCount && parts.every((part) => part.format === 'parquet');
}

/** Whether the bytes of these tables' cells are not in DuckDB's table, which has only their size. */
export function hasMembers({ format, parts = [] }: ShardState): boolean {
  return [format, ...parts.map((part) => part.format)].some((each) => each === 'webdataset' || each === 'tar');
}
