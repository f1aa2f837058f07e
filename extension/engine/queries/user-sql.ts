import { LoupeError } from '../../rpc/failure.ts';
import { binderFault, parseSql, unitsOfBytes, unitsOfPoints, wordsOf } from './sql-text.ts';
import { findChance, findRefusal, visit, type SyntaxNode } from './sql-syntax.ts';

/** A condition in SQL that may be put into a statement. */
export interface UserCondition {
  readonly where: string;
  /** Names that it refers to, which may be columns, fields or variables of a lambda. */
  readonly names: ReadonlySet<string>;
  /** Whether it refers to columns without naming them (`COLUMNS(*)`). */
  readonly everyColumn: boolean;
  /** Whether it looks at the table once more. */
  readonly subquery: boolean;
}

/** Longer conditions are refused, in UTF-16 units. */
const MAX_LENGTH = 100_000;

/** In parentheses the condition's own errors come first; without them it must be one expression all the same. */
const BEFORE = 'SELECT (\n';
const ONE = 'only one expression is allowed here';

/**
 * Checks a user's condition: one expression over the table `shard`, which reads and writes nothing else. Its columns are
 * not looked up yet.
 * @throws LoupeError `invalid-request` with the place in the text
 */
export async function parseUserCondition(where: string, signal: AbortSignal): Promise<UserCondition> {
  if (where.trim() === '') throw new LoupeError('invalid-request', 'The SQL condition is empty.');
  if (where.length > MAX_LENGTH) throw new LoupeError('too-large', `The SQL condition is longer than ${MAX_LENGTH} characters.`);
  const [node, fault] = await parseSql(`${BEFORE}${where}\n)`, ONE, signal);
  if (node === null) throw userSqlError(fault.reason, fault.point === undefined ? undefined : unitsOfPoints(where, fault.point - BEFORE.length));
  const [bare] = await parseSql(`SELECT\n${where}\n`, ONE, signal);
  if (!isOneExpression(node) || bare === null || !isOneExpression(bare)) throw userSqlError(ONE);
  const refusal = findRefusal(node) ?? findChance(node);
  if (refusal !== null) throw userSqlError(refusal.reason, refusal.location === undefined ? undefined : unitsOfBytes(where, refusal.location - BEFORE.length));
  return { where, ...references(node) };
}

/** DuckDB's error about a statement in which the condition stands on lines of its own, from `line` (1-based) on. */
export function bindError(message: string, where: string, line: number): LoupeError {
  const { reason, offset } = binderFault(message, where, line);
  return userSqlError(reason, offset);
}

/** @param offset where in the text, in UTF-16 units from 0 */
function userSqlError(reason: string, offset?: number): LoupeError {
  const place = offset === undefined ? undefined : `character ${offset + 1}`;
  const at = place === undefined ? '' : ` at ${place}`;
  return new LoupeError('invalid-request', `The SQL condition cannot be used${at}: ${wordsOf(reason)}`, place === undefined ? {} : { place });
}

/** Whether the statement is `SELECT (one expression)` and nothing more. */
function isOneExpression(node: SyntaxNode): boolean {
  const { type, select_list: list, from_table: from, where_clause: where, group_expressions: groups, having, qualify, sample, modifiers, cte_map: ctes } = node;
  return (
    type === 'SELECT_NODE' &&
    Array.isArray(list) &&
    list.length === 1 &&
    (list[0] as SyntaxNode).alias === '' &&
    (from as SyntaxNode | null)?.type === 'EMPTY' &&
    [where, having, qualify, sample].every((part) => part === null || part === undefined) &&
    [groups, modifiers, (ctes as SyntaxNode | null)?.map].every((part) => !Array.isArray(part) || part.length === 0)
  );
}

function references(node: SyntaxNode): Omit<UserCondition, 'where'> {
  const names = new Set<string>();
  let everyColumn = false;
  let subquery = false;
  visit(node, (part) => {
    if (part.class === 'COLUMN_REF' && Array.isArray(part.column_names)) for (const name of part.column_names) names.add(String(name).toLowerCase());
    // In `SELECT * FROM shard` too, which is the whole table all the same.
    if (part.class === 'STAR') everyColumn = true;
    if (part.class === 'SUBQUERY') subquery = true;
  });
  return { names, everyColumn, subquery };
}
