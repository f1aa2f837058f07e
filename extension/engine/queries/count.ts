import type { DuckDBType } from '@duckdb/node-api';
import type { Condition, Query } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { query as ask, type QueryOptions } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { prepareQuery, type Circumstances, type PreparedQuery } from './prepared-query.ts';
import { queryError } from './query-error.ts';
import { isTextual, itemType, rangeSql } from './value-sql.ts';

/** Larger tables are not copied for a drag. */
const MAX_ROWS = 50_000_000;
/** A count that takes no longer than this, in milliseconds, follows the drag without a copy. */
const QUICK = 100;

let nextTable = 1;

interface DraggedColumn {
  /** The statement that gave it. */
  readonly from: string;
  readonly table: string;
}

/**
 * Counts of rows. While a threshold is dragged one range changes from count to count, and nothing else: where counting
 * is slow, its column is copied into memory as soon as that shows, for the rows that the other conditions keep.
 */
export class Counts {
  /** What the last count tested. */
  #last: readonly string[] = [];
  /** Whether counting all of it took long. */
  #slow = false;
  #dragged: DraggedColumn | null = null;
  readonly #quick: number;

  /** @param quick milliseconds of a count that needs no copy */
  constructor(quick = QUICK) {
    this.#quick = quick;
  }

  /** How many rows a query keeps. @throws LoupeError */
  async count(shard: Shard, { conditions }: Query, circumstances: Circumstances): Promise<{ readonly kept: number; readonly total: number }> {
    const query = { conditions, sort: [] };
    const prepared = await prepareQuery(shard, query, circumstances);
    const total = prepared.relation.rows;
    if (conditions.length === 0) return { kept: total, total };
    const changing = this.#slow && total <= MAX_ROWS ? changedRange(conditions, prepared, this.#last) : null;
    this.#last = prepared.tests;
    try {
      const kept = changing === null ? await this.#countAll(prepared, circumstances) : await this.#countDragged(prepared, changing, circumstances);
      return { kept, total };
    } catch (error) {
      // The copy is lost with its database.
      if (!(error instanceof LoupeError)) await this.clear();
      throw queryError(shard.state().path, error, query);
    }
  }

  /** Forgets what was copied. */
  async clear(): Promise<void> {
    this.#last = [];
    this.#slow = false;
    await this.#dropCopy();
  }

  async #dropCopy(): Promise<void> {
    const old = this.#dragged;
    this.#dragged = null;
    if (old !== null) await drop(old.table);
  }

  async #countAll(prepared: PreparedQuery, { signal }: Circumstances): Promise<number> {
    const begin = performance.now();
    const kept = await countOf(prepared.select('count(*)::DOUBLE'), { signal });
    this.#slow = performance.now() - begin > this.#quick;
    return kept;
  }

  async #countDragged(prepared: PreparedQuery, { range, index }: ChangedRange, { signal }: Circumstances): Promise<number> {
    const column = prepared.column(range.column);
    const from = prepared.selectWhere(`${column.sql} AS v`, prepared.tests.toSpliced(index, 1));
    const table = this.#dragged?.from === from ? this.#dragged.table : await this.#copy(from, signal);
    const test = rangeSql({ ...column, sql: 'v' }, range, () => undefined);
    return countOf(`SELECT count(*)::DOUBLE FROM ${table} WHERE ${range.not === true ? 'NOT ' : ''}(${test})`, { signal });
  }

  async #copy(from: string, signal: AbortSignal): Promise<string> {
    await this.#dropCopy();
    const table = `loupe_dragged_${nextTable++}`;
    try {
      await ask(`CREATE TABLE ${table} AS ${from}`, [], { signal });
    } catch (error) {
      await drop(table);
      throw error;
    }
    const newer = this.#dragged;
    this.#dragged = { from, table };
    if (newer !== null) await drop(newer.table);
    return table;
  }
}

interface ChangedRange {
  readonly range: Extract<Condition, { type: 'range' }>;
  readonly index: number;
}

/** The range that is the only difference to the last count; null where there is more or none, or a column too large to copy. */
function changedRange(conditions: readonly Condition[], prepared: PreparedQuery, last: readonly string[]): ChangedRange | null {
  const { tests } = prepared;
  if (tests.length !== last.length) return null;
  const changed = tests.flatMap((test, index) => (test === last[index] ? [] : [index]));
  const [index] = changed;
  const range = index === undefined ? undefined : conditions[index];
  if (changed.length !== 1 || index === undefined || range?.type !== 'range') return null;
  return isSmall(prepared.column(range.column).type) ? { range, index } : null;
}

/** Numbers, times and the like, a few bytes each. */
function isSmall(type: DuckDBType): boolean {
  return !isTextual(type) && itemType(type) === null;
}

async function countOf(sql: string, options: QueryOptions): Promise<number> {
  const { columns } = await ask(sql, [], options);
  return Number(columns[0]?.[0] ?? 0);
}

async function drop(table: string): Promise<void> {
  await ask(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
}
