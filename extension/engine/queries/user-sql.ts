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

/** In parentheses the condition's own errors come first; without them it must be one expression all the same. */
const BEFORE = 'SELECT (\n';

/**
 * Checks a user's condition: one expression over the table `shard`, which reads and writes nothing else. Its columns are
 * not looked up yet.
 * @throws LoupeError `invalid-request` with the place in the text
 */
export async function parseUserCondition(where: string, signal: AbortSignal): Promise<UserCondition> {
  if (where.trim() === '') throw new LoupeError('invalid-request', 'The SQL condition is empty.');
  if (where.length > MAX_LENGTH) throw new LoupeError('too-large', `The SQL condition is longer than ${MAX_LENGTH} characters.`);
  const [node, fault] = await parse(`${BEFORE}${where}\n)`, signal);
  if (node === null) throw userSqlError(fault.reason, fault.point === undefined ? undefined : unitsOfPoints(where, fault.point - BEFORE.length));
  const [bare] = await parse(`SELECT\n${where}\n`, signal);
  if (!isOneExpression(node) || bare === null || !isOneExpression(bare)) throw userSqlError('only one expression is allowed here');
  const refusal = findRefusal(node);
  if (refusal !== null) throw userSqlError(refusal.reason, refusal.location === undefined ? undefined : unitsOfBytes(where, refusal.location - BEFORE.length));
  return { where, ...references(node) };
}

/** DuckDB's error about a statement in which the condition stands on lines of its own, from `line` (1-based) on. */
export function bindError(message: string, where: string, line: number): LoupeError {
  const [, reason = message, at, shown = '', caret = ''] = /^([\s\S]*?)\n+LINE (\d+): (.*)\n( *)\^/.exec(message) ?? [];
  const row = Number(at) - line;
  const lines = where.split('\n');
  const text = lines[row];
  if (text === undefined) return userSqlError(reason);
  // DuckDB shows a piece of a long line, and how far the caret is from its beginning on a screen.
  const [, front = '', piece = ''] = /^((?:\.\.\.)?)(.*?)(?:\.\.\.)?$/.exec(shown) ?? [];
  const column = Math.max(0, text.indexOf(piece)) + unitsOfWidth(piece, caret.length - `LINE ${at}: ${front}`.length);
  const before = lines.slice(0, row).reduce((sum, { length }) => sum + length + 1, 0);
  return userSqlError(reason, before + column);
}

/** @param offset where in the text, in UTF-16 units from 0 */
function userSqlError(reason: string, offset?: number): LoupeError {
  const words = reason.replace(/^[A-Z][A-Za-z ]* Error: /, '').replace(/\s*\n\s*/g, ' ').trim();
  const place = offset === undefined ? undefined : `character ${offset + 1}`;
  const at = place === undefined ? '' : ` at ${place}`;
  return new LoupeError('invalid-request', `The SQL condition cannot be used${at}: ${words}`, place === undefined ? {} : { place });
}

/** DuckDB's parser counts code points, its syntax tree bytes, and its binder the columns of a screen. */
function unitsOfPoints(text: string, points: number): number {
  return Math.min(text.length - 1, [...text].slice(0, Math.max(0, points)).join('').length);
}

function unitsOfBytes(text: string, bytes: number): number {
  return Math.min(text.length - 1, Buffer.from(text).toString('utf8', 0, Math.max(0, bytes)).length);
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function unitsOfWidth(text: string, width: number): number {
  let units = 0;
  let passed = 0;
  for (const point of text) {
    if (passed >= width) break;
    passed += WIDE.test(point) ? 2 : 1;
    units += point.length;
  }
  return units;
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: SyntaxNode }[];
}

/** A statement's syntax tree, or what is wrong with it and where, in code points. */
type Parsing = readonly [node: SyntaxNode] | readonly [node: null, fault: { readonly reason: string; readonly point?: number }];

async function parse(sql: string, signal: AbortSignal): Promise<Parsing> {
  const { columns } = await query(`SELECT json_serialize_sql(${quoteText(sql)})::VARCHAR`, [], { signal });
  const parsed = JSON.parse(String(columns[0]?.[0])) as Parsed;
  const [statement, ...others] = parsed.statements ?? [];
  if (others.length > 0) return [null, { reason: 'only one expression is allowed here' }];
  if (!parsed.error && statement !== undefined) return [statement.node];
  return [null, { reason: parsed.error_message ?? 'it is no SQL', ...(parsed.position === undefined ? {} : { point: Number(parsed.position) }) }];
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
