import { DuckDBTypeId } from '@duckdb/node-api';
import type { ColumnPath, Condition, Query, SortKey } from '../../protocol/queries.ts';
import type { Column, ColumnKind } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { changedRowSql } from '../comparison/changed-rows.ts';
import { editedRowSql, keepEditedRows } from '../edits/edited-rows.ts';
import { quoteName } from '../duckdb/quote.ts';
import { query as ask } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { ColumnSet, pathText } from './column-set.ts';
import { conditionSql } from './conditions.ts';
import type { IdTable } from './ids-sql.ts';
import type { IdTables } from './id-tables.ts';
import { isFloating } from './number-sql.ts';
import { queryError, reasonOf } from './query-error.ts';
import type { ColumnRef, Relation, ReportWork } from './relation.ts';
import { TABLE_NAME } from './sql-syntax.ts';
import { sqlNames } from './table-names.ts';
import { checkPattern, holdsText } from './text-sql.ts';
import { bindError, parseUserCondition, type UserCondition } from './user-sql.ts';
import { isTextual, type LiteralCheck, type TypedSql } from './value-sql.ts';

/** Conditions that one query may have; and values that one condition may list. */
const MAX_CONDITIONS = 1_000;
const MAX_VALUES = 10_000;

/** Kinds of columns in which a search without a column looks. */
const TEXT_KINDS: ReadonlySet<ColumnKind> = new Set(['text', 'mixed', 'list', 'struct', 'map']);

export interface Circumstances {
  readonly idTables: IdTables;
  readonly report: ReportWork;
  readonly signal: AbortSignal;
}

/** A column that is not asked for by the query itself. */
export interface OtherColumn extends TypedSql {
  /** Whether the row does not have the field at all. */
  readonly missing: string;
}

/** A query that has been checked against a table and can be run on it in several forms. */
export interface PreparedQuery {
  readonly query: Query;
  readonly relation: Relation;
  /** The row's number in the table, in the statements of `select`. */
  readonly row: string;
  /** What stands behind ORDER BY, before the row number; empty for the order of the table. */
  readonly order: string;
  /** The same order for rows that pass these tests, which all others follow: DuckDB finds the top of it faster. */
  readonly top: { readonly tests: readonly string[]; readonly order: string };
  /** Whether DuckDB finds the rows in the order of the table without being told to. */
  readonly readInOrder: boolean;
  /** The other columns that were asked for, in order. */
  readonly others: readonly OtherColumn[];
  /** The conditions as SQL, one by one. */
  readonly tests: readonly string[];
  /** A column that the query names, in the statements of `select`. */
  column(path: ColumnPath): TypedSql;
  /** `SELECT what FROM the table WHERE the conditions and more tests hold`. */
  select(what: string, tests?: readonly string[]): string;
  /** The same with these tests only. */
  selectWhere(what: string, tests: readonly string[]): string;
  /** The same, faster where few rows are kept or their numbers are not asked for. */
  selectFew(what: string, tests?: readonly string[]): string;
}

/**
 * Checks a query and turns it into SQL over the shard. Work that has to be done first is reported.
 * @param others columns to select besides those that the query needs
 * @throws LoupeError `invalid-request` for a column that is not there, a value that its column cannot have, SQL or a regular expression that is not valid; what the shard and DuckDB say
 */
export async function prepareQuery(shard: Shard, query: Query, circumstances: Circumstances, others: readonly ColumnRef[] = []): Promise<PreparedQuery> {
  checkSize(query);
  const { signal } = circumstances;
  await checkLiterals(patternChecks(query), signal);
  const users = await userConditions(query, signal);
  const columns = await withAllColumns(shard, signal, () => collectColumns(shard, query, users));
  for (const ref of others) columns.add(ref);
  const tables = await loadIds(query, circumstances);
  if (query.conditions.some(({ type }) => type === 'edited')) await keepEditedRows(shard, signal);
  const relation = await shard.relation(columns.refs, circumstances.report, signal);
  const compiled = new CompiledQuery(shard, { query, users, columns, tables, relation, others });
  await checkLiterals(compiled.checks, signal);
  for (const user of users.values()) await checkBinding(compiled, user, shard, signal);
  return compiled;
}

interface Parts {
  readonly query: Query;
  readonly users: ReadonlyMap<Condition, UserCondition>;
  readonly columns: ColumnSet;
  readonly tables: ReadonlyMap<Condition, IdTable>;
  readonly relation: Relation;
  readonly others: readonly ColumnRef[];
}

class CompiledQuery implements PreparedQuery {
  readonly relation: Relation;
  readonly row: string;
  readonly order: string;
  readonly top: PreparedQuery['top'];
  readonly readInOrder: boolean;
  readonly others: readonly OtherColumn[];
  readonly query: Query;
  readonly tests: readonly string[];
  readonly checks: LiteralCheck[] = [];
  readonly #prefix: string;
  readonly #source: string;
  readonly #together: string;
  readonly #columns: ColumnSet;
  readonly #all: readonly Column[];

  constructor(shard: Shard, { query, users, columns, tables, relation, others }: Parts) {
    const { columns: all } = shard.state();
    this.#all = all;
    this.query = query;
    this.relation = relation;
    this.#columns = columns;
    this.#prefix = freePrefix(all.map(({ name }) => name));
    this.row = quoteName(`${this.#prefix}row`);
    const names = users.size === 0 ? [] : sqlNames(all);
    const named = columns.refs.flatMap(({ index, fields }, at) => (fields.length > 0 || names[index] === undefined ? [] : [`v${at} AS ${quoteName(names[index])}`]));
    const own = relation.types.map((_, at) => `v${at} AS ${this.#column(at)}`);
    const gone = relation.types.map((_, at) => `m${at} AS ${this.#missing(at)}`);
    const source = (from: string): string => `(SELECT ${[`"row" AS ${this.row}`, ...own, ...gone, ...named].join(', ')} FROM ${from})`;
    this.#source = source(relation.from);
    this.#together = source(relation.together ?? relation.from);
    this.tests = query.conditions.map((condition) =>
      conditionSql(condition, {
        column: (path) => this.column(path),
        textColumns: () => this.#textColumns(shard),
        idTable: (ids) => tables.get(ids) ?? missing(),
        changed: () => changedRowSql(shard, this.row),
        edited: () => editedRowSql(shard, this.row),
        check: (check) => this.checks.push(check),
      }),
    );
    this.others = others.map((ref) => {
      const position = columns.add(ref);
      return { ...this.#typedAt(position, all[ref.index]?.name ?? ''), missing: `${TABLE_NAME}.${this.#missing(position)}` };
    });
    this.order = query.sort.map((key) => this.#orderSql(key)).join(', ');
    this.top = this.#top(query.sort);
    const inOrder = relation.unordered !== true && tables.size === 0 && !query.conditions.some(({ type }) => type === 'changed' || type === 'edited');
    this.readInOrder = inOrder && ![...users.values()].some(({ subquery }) => subquery);
  }

  column(path: ColumnPath): TypedSql {
    const typed = this.#typedAt(this.#columns.path(path), pathText(path));
    const whole = path.length === 1 ? this.#all.find(({ name }) => name === path[0]) : undefined;
    return whole !== undefined && typed.type.typeId === DuckDBTypeId.VARCHAR ? { ...typed, ...jsonOf(whole) } : typed;
  }

  select(what: string, tests: readonly string[] = []): string {
    return this.selectWhere(what, [...this.tests, ...tests]);
  }

  selectWhere(what: string, tests: readonly string[]): string {
    return selectFrom(this.#source, what, tests);
  }

  selectFew(what: string, tests = this.tests): string {
    return selectFrom(this.#together, what, tests);
  }

  /** A statement in which only one user's condition stands, and the line on which it begins. */
  bindingTest({ where }: UserCondition): { readonly sql: string; readonly line: number } {
    const before = `WITH ${TABLE_NAME} AS NOT MATERIALIZED ${this.#source} SELECT 1 FROM ${TABLE_NAME} WHERE (\n`;
    return { sql: `${before}${where}\n) LIMIT 0`, line: before.split('\n').length };
  }

  #column(position: number): string {
    return quoteName(`${this.#prefix}${position}`);
  }

  #missing(position: number): string {
    return quoteName(`${this.#prefix}missing ${position}`);
  }

  #typedAt(position: number, name: string): TypedSql {
    const type = this.relation.types[position] ?? missing();
    return { sql: `${TABLE_NAME}.${this.#column(position)}`, type, name };
  }

  #textColumns(shard: Shard): TypedSql[] {
    const found = textColumns(shard).map(({ index, name }) => this.#typedAt(this.#columns.add({ index, fields: [] }), name));
    return found.filter(({ type }) => holdsText(type));
  }

  #top([first, ...keys]: readonly SortKey[]): PreparedQuery['top'] {
    if (first === undefined) return { tests: [], order: '' };
    const { sql, type } = this.column(first.column);
    if (!isFloating(type)) return { tests: [], order: this.order };
    const order = [direction(sql, first), ...keys.map((key) => this.#orderSql(key))].join(', ');
    return { tests: [`${sql} <> CAST('nan' AS ${type.toString()})`], order };
  }

  #orderSql(key: SortKey): string {
    const { sql, type } = this.column(key.column);
    const value = isFloating(type) ? `CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END` : isTextual(type) ? `${sql}::VARCHAR` : sql;
    return direction(value, key);
  }
}

function direction(sql: string, { descending }: SortKey): string {
  return `${sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
}

/** Of a column of text: whether that text is JSON, as text formats give lists and objects. */
function jsonOf({ kind, type }: Column): Pick<TypedSql, 'json'> {
  if (kind === 'struct' || kind === 'map') return { json: 'objects' };
  if (kind === 'vector') return { json: 'numbers' };
  return kind === 'list' ? { json: /^array<number( \| null)?>/.test(type) ? 'numbers' : 'texts' } : {};
}

function missing(): never {
  throw new LoupeError('internal', 'A part of the query was not prepared.');
}

function selectFrom(source: string, what: string, tests: readonly string[]): string {
  return `WITH ${TABLE_NAME} AS NOT MATERIALIZED ${source} SELECT ${what} FROM ${TABLE_NAME}${tests.length === 0 ? '' : ` WHERE ${tests.join(' AND ')}`}`;
}

function checkSize({ conditions, sort }: Query): void {
  if (conditions.length > MAX_CONDITIONS || sort.length > MAX_CONDITIONS) throw new LoupeError('too-large', `A query can have at most ${MAX_CONDITIONS} conditions.`);
  if (conditions.some((condition) => condition.type === 'values' && condition.values.length > MAX_VALUES)) {
    throw new LoupeError('too-large', `A condition can list at most ${MAX_VALUES} values; use a file of ids for more.`);
  }
}

function patternChecks({ conditions }: Query): LiteralCheck[] {
  const checks: LiteralCheck[] = [];
  for (const condition of conditions) if (condition.type === 'text') checkPattern(condition, (check) => checks.push(check));
  return checks;
}

async function userConditions({ conditions }: Query, signal: AbortSignal): Promise<Map<Condition, UserCondition>> {
  const found = new Map<Condition, UserCondition>();
  for (const condition of conditions) if (condition.type === 'sql') found.set(condition, await parseUserCondition(condition.where, signal));
  return found;
}

/** A column that is not there may still come while the shard's index is under way. */
async function withAllColumns<T>(shard: Shard, signal: AbortSignal, find: () => T): Promise<T> {
  try {
    return find();
  } catch (error) {
    if (shard.state().rowsComplete) throw error;
    await shard.settled();
    signal.throwIfAborted();
    return find();
  }
}

function collectColumns(shard: Shard, { conditions, sort }: Query, users: ReadonlyMap<Condition, UserCondition>): ColumnSet {
  const { columns } = shard.state();
  const set = new ColumnSet(columns);
  const names = users.size === 0 ? [] : sqlNames(columns);
  for (const condition of conditions) {
    if (condition.type === 'text' && condition.column === undefined) for (const { index } of textColumns(shard)) set.add({ index, fields: [] });
    else if ('column' in condition) set.path(condition.column);
    const user = users.get(condition);
    if (user === undefined) continue;
    const used = columns.filter((_, at) => user.everyColumn || user.names.has((names[at] ?? '').toLowerCase()));
    for (const { index } of used) set.add({ index, fields: [] });
  }
  for (const { column } of sort) set.path(column);
  return set;
}

function textColumns(shard: Shard): { readonly index: number; readonly name: string }[] {
  return shard.state().columns.filter(({ kind }) => TEXT_KINDS.has(kind));
}

async function loadIds({ conditions }: Query, { idTables, report, signal }: Circumstances): Promise<Map<Condition, IdTable>> {
  const tables = new Map<Condition, IdTable>();
  for (const condition of conditions) if (condition.type === 'ids') tables.set(condition, await idTables.load(condition, report, signal));
  return tables;
}

/** @throws LoupeError `invalid-request` for the first literal that DuckDB does not take */
async function checkLiterals(checks: readonly LiteralCheck[], signal: AbortSignal): Promise<void> {
  for (const { sql, message } of checks) {
    const fault = await ask(`SELECT ${sql}`, [], { signal }).then(
      ({ columns }) => columns[0]?.[0] ?? null,
      (error: unknown) => {
        if (error instanceof LoupeError) throw error;
        return reasonOf(error);
      },
    );
    if (fault !== null) throw new LoupeError('invalid-request', message(String(fault)));
  }
}

/** Columns that are not there, types that do not fit: what DuckDB says before it reads. */
async function checkBinding(query: CompiledQuery, user: UserCondition, shard: Shard, signal: AbortSignal): Promise<void> {
  const { sql, line } = query.bindingTest(user);
  try {
    await ask(sql, [], { signal });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof LoupeError || !/^(Binder|Parser|Catalog|Conversion|Invalid Input) Error/.test(message)) throw queryError(shard.state().path, error, query.query);
    throw bindError(message, user.where, line);
  }
}

/** Names of our own must not be a column's. */
function freePrefix(names: readonly string[]): string {
  let prefix = 'loupe:';
  while (names.some((name) => name.toLowerCase().startsWith(prefix))) prefix += ':';
  return prefix;
}
