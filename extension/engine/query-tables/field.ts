import type { ColumnRef } from '../queries/relation.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { SourceColumn } from './table-source.ts';

/** What a column of a table holds: a column of the shard, or a field inside it. */
export interface TableField {
  readonly index: number;
  readonly column: SourceColumn;
  /** Names of fields from the column inwards. */
  readonly fields: readonly string[];
}

/** @throws LoupeError `invalid-request` for a column that the shard does not have */
export function fieldOf(columns: readonly SourceColumn[], { index, fields }: ColumnRef): TableField {
  const column = columns[index];
  if (column === undefined) throw new LoupeError('invalid-request', `There is no column ${index}.`);
  return { index, column, fields };
}

/** The same for every process that opens this content. */
export function fieldId({ column, fields }: TableField): string {
  return JSON.stringify([column.id, ...fields]);
}
