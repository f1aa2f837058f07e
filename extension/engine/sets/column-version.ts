import type { Column, ShardFormat } from '../../protocol/shards.ts';

/** A column of a set as some of its shards have it. */
export interface ColumnVersion {
  readonly column: Column;
  readonly format: ShardFormat;
  /** Places of these shards in the set. */
  readonly parts: ReadonlySet<number>;
}

/** Whether a JSON column has shown nulls only, which fit every type. */
export function hasNoValues({ type }: Column): boolean {
  return type === 'null' || type === 'unknown';
}
