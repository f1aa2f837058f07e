import type { DuckDBType } from '@duckdb/node-api';
import type { Condition, Query } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { query as ask, type QueryOptions } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { ColumnCopy } from './column-copy.ts';
import { prepareQuery, type Circumstances, type PreparedQuery } from './prepared-query.ts';
import { queryError } from './query-error.ts';
import { isTextual, itemType, rangeSql } from './value-sql.ts';

/** Larger tables are not copied for a drag. */
const MAX_ROWS = 50_000_000;
/** A count that takes no longer than this, in milliseconds, follows the drag without a copy. */
const QUICK = 100;

/**
 * Counts of rows. While a threshold is dragged one range changes from count to count, and nothing else: where counting
 * is slow, its column is copied into memory as soon as that shows, for the rows that the other conditions keep.
 */
export class Counts {
  /** What the last count tested. */
  #last: readonly string[] = [];
  /** Whether counting all of it took long. */
  #slow = false;
  #copy: ColumnCopy | null = null;
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
    const isDragged = (this.#slow || this.#copy !== null) && total <= MAX_ROWS;
    const changing = isDragged ? changedRange(conditions, prepared, this.#last) : null;
    this.#last = prepared.tests;
    try {
      const kept = changing === null ? await this.#countAll(prepared, circumstances) : await this.#countDragged(prepared, changing, circumstances);
      return { kept, total };
    } catch (error) {
      throw queryError(shard.state().path, error, query);
    }
  }

  /** Waits for the copy that is being made, if there is one. */
  async settled(): Promise<void> {
    await this.#copy?.settled();
  }

  /** Forgets what was copied. */
  async clear(): Promise<void> {
    this.#last = [];
    this.#slow = false;
    await this.#replaceCopy(null);
  }

  async #countAll(prepared: PreparedQuery, { signal }: Circumstances): Promise<number> {
    const begin = performance.now();
    const kept = await countOf(prepared.selectFew('count(*)::DOUBLE'), { signal });
    this.#slow = performance.now() - begin > this.#quick;
    return kept;
  }

  /** In the copy where it is whole; else where the rows are, and the copy is begun when that is done. */
  async #countDragged(prepared: PreparedQuery, { range, index }: ChangedRange, circumstances: Circumstances): Promise<number> {
    const column = prepared.column(range.column);
    const from = prepared.selectFew(`${column.sql} AS v`, prepared.tests.toSpliced(index, 1));
    const copy = this.#copy;
    if (copy?.from === from && copy.table !== null) {
      const test = rangeSql({ ...column, sql: 'v' }, range, () => undefined);
      const { signal } = circumstances;
      const counting = countOf(`SELECT count(*)::DOUBLE FROM ${copy.table} WHERE ${range.not === true ? 'NOT ' : ''}(${test})`, { signal });
      // The copy is lost with its database.
      const kept = await counting.catch((error: unknown) => (error instanceof LoupeError ? Promise.reject(error) : null));
      if (kept !== null) return kept;
      await this.#replaceCopy(null);
    }
    const kept = await this.#countAll(prepared, circumstances);
    if (this.#copy === copy && copy?.from !== from) await this.#replaceCopy(new ColumnCopy(from));
    return kept;
  }

  async #replaceCopy(copy: ColumnCopy | null): Promise<void> {
    const old = this.#copy;
    this.#copy = copy;
    await old?.drop();
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
