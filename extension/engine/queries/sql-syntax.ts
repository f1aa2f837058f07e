/** A node of DuckDB's syntax tree as `json_serialize_sql` gives it. */
export interface SyntaxNode {
  readonly type?: unknown;
  /** Of expressions only. */
  readonly class?: unknown;
  readonly [key: string]: unknown;
}

/** Why a statement may not be run, and where, in bytes from its beginning. */
export interface Refusal {
  readonly reason: string;
  readonly location?: number;
}

/** The only table that a user's SQL may read, besides those that it defines itself. */
export const TABLE_NAME = 'shard';

/** Table functions that read nothing. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['unnest', 'range', 'generate_series']);

/** Functions with an effect besides their value, or that tell of other things than the data. */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set(
  'nextval currval setseed sleep_ms write_log current_setting getvariable getenv current_query query query_table read_text read_blob glob'.split(' '),
);

/** What may stand behind FROM, and the parts of a query; expressions have a class. */
const TABLES: ReadonlySet<unknown> = new Set(['EMPTY', 'BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST']);
const QUERIES: ReadonlySet<unknown> = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);
const MODIFIERS: ReadonlySet<unknown> = new Set(['ORDER_MODIFIER', 'LIMIT_MODIFIER', 'LIMIT_PERCENT_MODIFIER', 'DISTINCT_MODIFIER']);

/** The first thing in a syntax tree that reads, writes or does something besides reading the table; null where all is well. */
export function findRefusal(root: SyntaxNode): Refusal | null {
  const defined = new Set([TABLE_NAME]);
  visit(root, (node) => {
    // WITH names AS (...) is a list of entries.
    const defines = typeof node.key === 'string' && node.value !== null && typeof node.value === 'object' && 'query' in node.value;
    if (defines && mayBeDefined(String(node.key))) defined.add(String(node.key).toLowerCase());
  });
  let refusal: Refusal | null = null;
  visit(root, (node) => {
    const reason = refuse(node, defined);
    // A node without a place has the largest number there is.
    if (reason !== null) refusal ??= { reason, ...(Number.isSafeInteger(node.query_location) ? { location: Number(node.query_location) } : {}) };
  });
  return refusal;
}

/**
 * Names count as defined in the whole statement, also outside of what defines them, where DuckDB would look further: for
 * a file of that name, or a table or view of its own.
 */
function mayBeDefined(name: string): boolean {
  return /^[\p{L}\p{N}_ ]+$/u.test(name) && !/^(duckdb|loupe|pg|pragma|sqlite)_/i.test(name);
}

/** Functions that give something else each time they are called. */
const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set('random uuid gen_random_uuid uuidv4 uuidv7 current_connection_id current_query_id current_transaction_id txid_current'.split(' '));

/**
 * The first thing in a syntax tree that keeps other rows each time it is asked. A condition is asked many times: for the
 * first rows, for all of them, for counts, statistics and exports, which have to be of the same rows.
 */
export function findChance(root: SyntaxNode): Refusal | null {
  let refusal: Refusal | null = null;
  visit(root, (node) => {
    const name = node.class === 'FUNCTION' ? text(node.function_name).toLowerCase() : '';
    const reason = VOLATILE_FUNCTIONS.has(name) ? `${name}() gives something else each time` : typeof node.sample === 'object' && node.sample !== null ? 'a sample has other rows each time' : null;
    if (reason === null) return;
    const words = `${reason}, and the rows would be others each time they are looked at; hash(column) % 100 < 10 takes a tenth that stays the same`;
    refusal ??= { reason: words, ...(Number.isSafeInteger(node.query_location) ? { location: Number(node.query_location) } : {}) };
  });
  return refusal;
}

/** Calls `see` for every node of a tree, from the outside inwards. */
export function visit(root: unknown, see: (node: SyntaxNode) => void): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) see(value as SyntaxNode);
    open.push(...Object.values<unknown>({ ...value }).toReversed());
  }
}

function refuse(node: SyntaxNode, tables: ReadonlySet<string>): string | null {
  if (node.class !== undefined) return refuseExpression(node);
  if (typeof node.type !== 'string' || !/^[A-Z_]+$/.test(node.type) || QUERIES.has(node.type) || MODIFIERS.has(node.type)) return null;
  // Orders of a sort and values of constants have types of other kinds.
  if (!('query_location' in node) && !TABLES.has(node.type)) return null;
  // DESCRIBE and SUMMARIZE of a query; without one it would be of what else there is in the database.
  if (node.type === 'SHOW_REF' && node.query !== null) return null;
  if (!TABLES.has(node.type)) return `${node.type.toLowerCase().replaceAll('_', ' ')} is not allowed here`;
  if (node.type === 'TABLE_FUNCTION') return refuseTableFunction(node);
  if (node.type !== 'BASE_TABLE') return null;
  const name = text(node.table_name);
  const qualified = text(node.schema_name) !== '' || text(node.catalog_name) !== '';
  return !qualified && tables.has(name.toLowerCase()) ? null : `only the table ${TABLE_NAME} can be read, not ${name}`;
}

function refuseExpression(node: SyntaxNode): string | null {
  if (node.class === 'PARAMETER') return 'there is no value for a parameter';
  if (node.class !== 'FUNCTION') return null;
  const name = text(node.function_name).toLowerCase();
  return REFUSED_FUNCTIONS.has(name) ? `the function ${name} is not allowed here` : null;
}

function refuseTableFunction(node: SyntaxNode): string | null {
  const name = text((node.function as SyntaxNode | null)?.function_name).toLowerCase();
  return TABLE_FUNCTIONS.has(name) ? null : `the function ${name || 'of the table'} is not allowed here, because only the table ${TABLE_NAME} can be read`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
