import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { duckdbError } from '../duckdb/failure.ts';
import { query } from '../duckdb/session.ts';

/** A column of a table that statistics are asked of. */
export interface CountedColumn {
  /** Table expression, complete. */
  readonly from: string;
  /** SQL of the column in it. */
  readonly value: string;
  readonly type: DuckDBType;
}

/** Runs a statement of ours. @throws LoupeError */
export type Ask = (sql: string) => Promise<readonly (readonly DuckDBValue[])[]>;

/** Rows of results; errors name the file. Statistics have no deadline: they end or are cancelled. */
export function askOf(path: string, signal: AbortSignal): Ask {
  return async (sql) => {
    const { columns } = await query(sql, [], { signal }).catch((error: unknown) => {
      throw duckdbError(path, error);
    });
    return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => columns.map((column) => column[row] ?? null));
  };
}
