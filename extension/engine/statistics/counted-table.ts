import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { EVERYTHING, type Query } from '../../protocol/queries.ts';
import { query } from '../duckdb/session.ts';
import { queryError } from '../queries/query-error.ts';

/** A column of a table that statistics are asked of. */
export interface CountedColumn {
  /** Table expression, complete. */
  readonly from: string;
  /** SQL of the column in it. */
  readonly value: string;
  readonly type: DuckDBType;
  /** SQL of whether a row does not have the column at all. */
  readonly missing?: string;
  /** What texts of JSON hold; absent where they are texts. */
  readonly json?: 'list' | 'vector' | 'struct';
}

/** Runs a statement of ours. @throws LoupeError */
export type Ask = (sql: string) => Promise<readonly (readonly DuckDBValue[])[]>;

/**
 * Rows of results; errors name the file, or the query whose rows are counted. Statistics have no deadline: they end or
 * are cancelled.
 */
export function askOf(path: string, signal: AbortSignal, kept: Query = EVERYTHING): Ask {
  return async (sql) => {
    const { columns } = await query(sql, [], { signal }).catch((error: unknown) => {
      throw queryError(path, error, kept);
    });
    return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => columns.map((column) => column[row] ?? null));
  };
}
