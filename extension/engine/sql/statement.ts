import { LoupeError } from '../../rpc/failure.ts';
import { parseSql, unitsOfBytes, unitsOfPoints } from '../queries/sql-text.ts';
import { findRefusal } from '../queries/sql-syntax.ts';
import { columnUse, type ColumnUse } from './column-use.ts';
import { statementError } from './statement-error.ts';

/** Longer statements are refused, in UTF-16 units. */
const MAX_LENGTH = 1_000_000;

const ONE = 'only one statement can be run at a time';
/** What DuckDB says of statements that are no SELECT, in the words of its own function. */
const NO_SELECT = /^Only SELECT statements/;

/** A statement that only reads the table. */
export interface Statement {
  readonly text: string;
  readonly use: ColumnUse;
}

/**
 * Checks a statement by DuckDB's syntax tree: one SELECT (also WITH, DESCRIBE, SUMMARIZE) over the table `shard` and what
 * it defines itself. Its columns are not looked up yet.
 * @throws LoupeError `invalid-request` with the place in the text
 */
export async function parseStatement(text: string, signal: AbortSignal): Promise<Statement> {
  if (text.length > MAX_LENGTH) throw new LoupeError('too-large', `The statement is longer than ${MAX_LENGTH} characters.`);
  const [node, fault] = await parseSql(text, ONE, signal);
  if (node === null) {
    if (NO_SELECT.test(fault.reason)) throw statementError(text, 'only SELECT can be run here, also WITH, DESCRIBE and SUMMARIZE: a shard is only read');
    throw statementError(text, fault.reason, fault.point === undefined ? undefined : unitsOfPoints(text, fault.point));
  }
  const refusal = findRefusal(node);
  if (refusal !== null) throw statementError(text, refusal.reason, refusal.location === undefined ? undefined : unitsOfBytes(text, refusal.location));
  return { text, use: columnUse(node, text) };
}
