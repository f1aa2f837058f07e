import { LoupeError } from '../../rpc/failure.ts';
import { quoteText } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import { findRefusal, visit, type SyntaxNode } from './sql-syntax.ts';

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

const BEFORE = 'SELECT (\n';

/**
 * Checks a user's condition: one expression over the table `shard`, which reads and writes nothing else. Its columns are
 * not looked up yet.
 * @throws LoupeError `invalid-request` with the place in the text
 */
export async function parseUserCondition(where: string, signal: AbortSignal): Promise<UserCondition> {
  if (where.trim() === '') throw new LoupeError('invalid-request', 'The SQL condition is empty.');
  if (where.length > MAX_LENGTH) throw new LoupeError('too-large', `The SQL condition is longer than ${MAX_LENGTH} characters.`);
  const node = await parse(`${BEFORE}${where}\n)`, where, signal);
  const refusal = isOneExpression(node) ? findRefusal(node) : { reason: 'only one expression is allowed here' };
  if (refusal !== null) throw userSqlError(refusal.reason, where, refusal.location);
  return { where, ...references(node) };
}

/**
 * An error in a user's SQL, at its place.
 * @param location where it is behind `BEFORE`, in bytes of UTF-8
 */
function userSqlError(reason: string, where: string, location?: number): LoupeError {
  return atCharacter(reason, location === undefined ? undefined : characterAt(where, location - BEFORE.length));
}

/** DuckDB's error about a statement in which the condition stands on lines of its own, from `line` (1-based) on. */
export function bindError(message: string, where: string, line: number): LoupeError {
  const [, reason = message, at, shown = '', caret = ''] = /^([\s\S]*?)\n+LINE (\d+): (.*)\n( *)\^/.exec(message) ?? [];
  const row = Number(at) - line;
  const lines = where.split('\n');
  const text = lines[row];
  if (text === undefined) return atCharacter(reason);
  // DuckDB shows a piece of a long line, and how far the caret is from its beginning.
  const [, front = '', piece = ''] = /^((?:\.\.\.)?)(.*?)(?:\.\.\.)?$/.exec(shown) ?? [];
  const column = caret.length - `LINE ${at}: ${front}`.length + Math.max(0, text.indexOf(piece));
  const before = lines.slice(0, row).reduce((sum, { length }) => sum + length + 1, 0);
  return atCharacter(reason, before + column + 1);
}

function atCharacter(reason: string, character?: number): LoupeError {
  const words = reason.replace(/^[A-Z][A-Za-z ]* Error: /, '').replace(/\s*\n\s*/g, ' ').trim();
  const place = character === undefined ? undefined : `character ${character}`;
  const at = place === undefined ? '' : ` at ${place}`;
  return new LoupeError('invalid-request', `The SQL condition cannot be used${at}: ${words}`, place === undefined ? {} : { place });
}

/** 1-based, in UTF-16 units, of a byte of the text. */
function characterAt(text: string, byte: number): number {
  const bytes = Buffer.from(text);
  return Math.min(text.length, bytes.toString('utf8', 0, Math.max(0, byte)).length + 1);
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: SyntaxNode }[];
}

async function parse(sql: string, where: string, signal: AbortSignal): Promise<SyntaxNode> {
  const { columns } = await query(`SELECT json_serialize_sql(${quoteText(sql)})::VARCHAR`, [], { signal });
  const parsed = JSON.parse(String(columns[0]?.[0])) as Parsed;
  const [statement, ...others] = parsed.statements ?? [];
  if (parsed.error || statement === undefined) {
    throw userSqlError(parsed.error_message ?? 'it is no SQL', where, parsed.position === undefined ? undefined : Number(parsed.position));
  }
  if (others.length > 0) throw userSqlError('only one expression is allowed here', where);
  return statement.node;
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
