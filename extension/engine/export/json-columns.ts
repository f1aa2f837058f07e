import { quoteText } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** Rows out of which a type is guessed, which all rows must then agree with. */
const LOOKED_AT = 10_000;

/** What JSON text becomes in a format with types. */
export interface JsonColumn {
  readonly sql: string;
  readonly became: 'types' | 'JSON' | 'text';
}

/**
 * JSON text as lists and structs where that says the same for every row: what is written back from them is equal to the
 * text without blanks. Else it stays text, marked as JSON where all of it is.
 * @param text SQL of the column; null for a null
 * @param select a statement that gives `what` of the rows
 * @throws LoupeError `cancelled`
 */
export async function jsonColumn(text: string, select: (what: string) => string, signal: AbortSignal): Promise<JsonColumn> {
  const ask = async (sql: string): Promise<unknown> => {
    try {
      return (await query(sql, [], { signal })).columns[0]?.[0] ?? null;
    } catch (error) {
      if (error instanceof LoupeError) throw error;
      // DuckDB stops at text that is no JSON to it, or that a type does not hold.
      return null;
    }
  };
  const every = async (test: string): Promise<boolean> => (await ask(select(`coalesce(bool_and(${text} IS NULL OR ${test}), false)`))) === true;
  if (!(await every(`json_valid(${text})`))) return { sql: text, became: 'text' };
  const first = `${select(`${text}::JSON AS j`)} LIMIT ${LOOKED_AT}`;
  const structure = await ask(`SELECT json_group_structure(j)::VARCHAR FROM (${first})`);
  for (const tried of typeof structure === 'string' ? structuresOf(structure) : []) {
    const value = `from_json(${text}, ${quoteText(tried)})`;
    if (await every(`to_json(${value})::VARCHAR = json(${text})::VARCHAR`)) return { sql: value, became: 'types' };
  }
  return { sql: `${text}::JSON`, became: 'JSON' };
}

/**
 * Places that hold nothing but nulls have no type. Whole numbers are signed where they can be, as most tools have them;
 * 128 bits DuckDB would write as a double.
 */
function structuresOf(structure: string): string[] {
  if (/"(?:NULL|JSON)"/.test(structure)) return [];
  const found = new Set([structure.replace(/"(?:UBIGINT|HUGEINT)"/g, '"BIGINT"'), structure]);
  return [...found].filter((each) => !each.includes('"HUGEINT"'));
}
