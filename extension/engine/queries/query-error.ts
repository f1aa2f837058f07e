import { basename } from 'node:path';
import type { Query } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { cleanMessage, duckdbError } from '../duckdb/failure.ts';

/** What DuckDB says of values, such as a text that is no number, and not of a file. */
const OF_VALUES = /^(Binder|Parser|Catalog|Conversion|Invalid Input|Out of Range) Error/;

/** DuckDB's error about a query of a shard: the fault of the user's SQL in it, or of a file. */
export function queryError(path: string, error: unknown, query: Query): LoupeError {
  if (error instanceof LoupeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (OF_VALUES.test(message) && query.conditions.some(({ type }) => type === 'sql')) {
    return new LoupeError('invalid-request', `The query cannot be answered: ${reasonOf(error)}`, { cause: error });
  }
  // The table that a text format is read into has gone, with the content that it was made of.
  if (/^Catalog Error: .*loupe_/.test(message)) {
    return new LoupeError('changed', `${basename(path)} was changed on disk while it was queried; ask again.`, { path, cause: error });
  }
  // In a set the file at fault is one of many.
  const [, named] = /(?:file|pattern) "([^"]+)"/i.exec(message) ?? [];
  return duckdbError(named ?? path, error);
}

/** DuckDB's words without its class of error and its place in SQL that the user did not write. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return cleanMessage(message, '').replace(/^[A-Z][A-Za-z ]* Error: /, '');
}
