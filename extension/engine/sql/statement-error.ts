import { EVERYTHING } from '../../protocol/queries.ts';
import type { Column, ShardState } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { queryError } from '../queries/query-error.ts';
import { binderFault, wordsOf } from '../queries/sql-text.ts';

/** What DuckDB says of a statement and of the values that it meets, and not of a file. */
const OF_STATEMENT = /^(Binder|Parser|Catalog|Conversion|Invalid Input|Out of Range|Invalid type|Mismatch Type|Not implemented|Syntax) Error/i;

/** Columns that an error names. */
const MAX_NAMES = 50;

/** @param offset where in the text, in UTF-16 units from 0 */
export function statementError(text: string, reason: string, offset?: number): LoupeError {
  if (offset === undefined) return new LoupeError('invalid-request', `The statement cannot be run: ${wordsOf(reason)}`);
  const place = placeOf(text, offset);
  return new LoupeError('invalid-request', `The statement cannot be run at ${place}: ${wordsOf(reason)}`, { place });
}

/** What went wrong while a statement ran over a shard as it was written: its own fault, or that of a file. */
export function runError({ path, columns }: ShardState, text: string, error: unknown): LoupeError {
  if (error instanceof LoupeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/loupe_/.test(message) || !OF_STATEMENT.test(message)) return queryError(path, error, EVERYTHING);
  const { reason, offset } = binderFault(message, text, 1);
  return statementError(text, withColumns(reason, columns), offset);
}

/** DuckDB knows the columns that the statement uses, which of a name that is not there are the wrong ones. */
function withColumns(reason: string, columns: readonly Column[]): string {
  const [, words] = /^([\s\S]*)\s*Candidate bindings: /.exec(reason) ?? [];
  if (words === undefined) return reason;
  const names = columns.slice(0, MAX_NAMES).map(({ name }) => `"${name}"`);
  return `${words.trim()} There are ${names.join(', ')}${columns.length > MAX_NAMES ? ', …' : ''}.`;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, Math.max(0, offset)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
