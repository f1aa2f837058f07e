import { quoteText } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import type { SyntaxNode } from './sql-syntax.ts';

/** A statement's syntax tree, or what is wrong with it and where, in code points. */
type Parsing = readonly [node: SyntaxNode] | readonly [node: null, fault: { readonly reason: string; readonly point?: number }];

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly { readonly node: SyntaxNode }[];
}

/** The syntax tree of one SELECT. @param several what to say where there are more statements */
export async function parseSql(sql: string, several: string, signal: AbortSignal): Promise<Parsing> {
  const { columns } = await query(`SELECT json_serialize_sql(${quoteText(sql)})::VARCHAR`, [], { signal });
  const parsed = JSON.parse(String(columns[0]?.[0])) as Parsed;
  const [statement, ...others] = parsed.statements ?? [];
  if (others.length > 0) return [null, { reason: several }];
  if (!parsed.error && statement !== undefined) return [statement.node];
  return [null, { reason: parsed.error_message ?? 'it is no SQL', ...(parsed.position === undefined ? {} : { point: Number(parsed.position) }) }];
}

/** DuckDB's parser counts code points, its syntax tree bytes, and its binder the columns of a screen. */
export function unitsOfPoints(text: string, points: number): number {
  return Math.min(text.length - 1, [...text].slice(0, Math.max(0, points)).join('').length);
}

export function unitsOfBytes(text: string, bytes: number): number {
  return Math.min(text.length - 1, Buffer.from(text).toString('utf8', 0, Math.max(0, bytes)).length);
}

/** What DuckDB says of a statement, and where in the user's text, in UTF-16 units from 0. */
export interface BinderFault {
  readonly reason: string;
  readonly offset?: number;
}

/** DuckDB's error about a statement in which the user's text stands on lines of its own, from `line` (1-based) on. */
export function binderFault(message: string, text: string, line: number): BinderFault {
  const [, reason = message, at, shown = '', caret = ''] = /^([\s\S]*?)\n+LINE (\d+): (.*)\n( *)\^/.exec(message) ?? [];
  const row = Number(at) - line;
  const lines = text.split('\n');
  const its = lines[row];
  if (its === undefined) return { reason };
  // DuckDB shows a piece of a long line, and how far the caret is from its beginning on a screen.
  const [, front = '', piece = ''] = /^((?:\.\.\.)?)(.*?)(?:\.\.\.)?$/.exec(shown) ?? [];
  const column = Math.max(0, its.indexOf(piece)) + unitsOfWidth(piece, caret.length - `LINE ${at}: ${front}`.length);
  return { reason, offset: lines.slice(0, row).reduce((sum, { length }) => sum + length + 1, 0) + column };
}

/** DuckDB's words without its class of error, on one line. */
export function wordsOf(reason: string): string {
  return reason.replace(/^[A-Z][A-Za-z ]* Error: /, '').replace(/\s*\n\s*/g, ' ').trim();
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
