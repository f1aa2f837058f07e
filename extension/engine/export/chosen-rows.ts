import type { ExportSample, ExportWish } from '../../protocol/export.ts';
import type { ColumnPath } from '../../protocol/queries.ts';
import type { ShardState } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { newAlias } from '../duckdb/attachments.ts';
import { query, stream } from '../duckdb/session.ts';
import { prepareQuery, type PreparedQuery } from '../queries/prepared-query.ts';
import { queryError } from '../queries/query-error.ts';
import type { ColumnRef } from '../queries/relation.ts';
import { RowList } from '../queries/row-list.ts';
import type { TypedSql } from '../queries/value-sql.ts';
import { isWriteFault } from '../writing/write-error.ts';
import type { ExportJob } from './job.ts';
import { sampleSql } from './sample-sql.ts';

/** Ranges of positions that one export may name. */
const MAX_RANGES = 10_000;

/** Row numbers of the table in the order of an export, by position. */
export interface RowNumbers {
  readonly length: number;
  at(position: number): number;
  slice(start: number, end: number): number[];
}

/** The rows that an export is about, as SQL. Tables of its own are dropped by `drop`. */
export class ChosenRows {
  /** The columns that were asked for. */
  readonly values: readonly TypedSql[];
  readonly #prepared: PreparedQuery;
  readonly #path: string;
  readonly #tests: string[] = [];
  readonly #tables: string[] = [];
  /** Rows chosen, where that is known without counting. */
  #known: number | null;
  /** These are all rows of a table in which none is left out. */
  readonly #isWhole: boolean;

  private constructor(prepared: PreparedQuery, columns: number, { path, format }: ShardState) {
    this.#prepared = prepared;
    this.#path = path;
    this.#isWhole = format !== 'set' && prepared.tests.length === 0 && prepared.order === '';
    this.values = prepared.others.slice(0, columns);
    this.#known = prepared.tests.length === 0 ? prepared.relation.rows : null;
  }

  /** @throws LoupeError as `prepareQuery`, and for a sample or positions that make no sense */
  static async of({ shard, wish, circumstances }: ExportJob, refs: readonly ColumnRef[]): Promise<ChosenRows> {
    const { sample, positions } = wish;
    checkWish(wish);
    const by = sample?.by === undefined ? [] : [stratumRef(shard.state().columns, sample.by)];
    const prepared = await prepareQuery(shard, wish.query, circumstances, [...refs, ...by]);
    const chosen = new ChosenRows(prepared, refs.length, shard.state());
    try {
      if (positions !== undefined) await chosen.#keep(chosen.#positionsSql(positions), circumstances.signal);
      if (sample !== undefined) await chosen.#keep(chosen.#sampleSql(sample), circumstances.signal);
    } catch (error) {
      await chosen.drop();
      throw error;
    }
    return chosen;
  }

  /** The row's number in the table, in the statements of `select`. */
  get row(): string {
    return this.#prepared.row;
  }

  /** The rows come in the order of the table. */
  get ascending(): boolean {
    return this.#prepared.order === '';
  }

  /** Rows of the table, of which these are some. */
  get tableRows(): number {
    return this.#prepared.relation.rows;
  }

  /** `SELECT what FROM the rows`, in any order. */
  select(what: string, tests: readonly string[] = []): string {
    return this.#prepared.select(what, [...this.#tests, ...tests]);
  }

  /** The same in the order of the view. */
  selectInOrder(what: string, tests: readonly string[] = []): string {
    const { order, row, readInOrder } = this.#prepared;
    const key = order === '' ? (readInOrder && this.#tables.length === 0 ? '' : row) : `${order}, ${row}`;
    return `${this.select(what, tests)}${key === '' ? '' : ` ORDER BY ${key}`}`;
  }

  /** How many rows there are. */
  async count(signal: AbortSignal): Promise<number> {
    this.#known ??= Number((await this.run(() => query(this.select('count(*)'), [], { signal }))).columns[0]?.[0] ?? 0);
    return this.#known;
  }

  /** The numbers of the rows in the order of the view. */
  async numbers(signal: AbortSignal): Promise<RowNumbers> {
    if (this.#isWhole && this.#tables.length === 0) return countedFrom0(this.tableRows);
    const rows = new RowList(this.tableRows);
    await this.run(() =>
      stream(
        this.selectInOrder(rows.sql(this.row)),
        (chunk) => {
          const vector = chunk.getColumnVector(0);
          for (let i = 0; i < chunk.rowCount; i++) rows.push(Number(vector.getItem(i)));
          return 'more';
        },
        { signal },
      ),
    );
    this.#known = rows.length;
    return rows;
  }

  /** Work of DuckDB's on the rows, its errors in words for the user. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isWriteFault(error) ? error : queryError(this.#path, error, this.#prepared.query);
    }
  }

  /** Never rejects. */
  async drop(): Promise<void> {
    for (const table of this.#tables.splice(0)) await query(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
  }

  /** Of the rows only those whose numbers a statement gives. */
  async #keep(numbers: string, signal: AbortSignal): Promise<void> {
    const table = newAlias();
    this.#tables.push(table);
    const { columns } = await this.run(() => query(`CREATE TABLE ${table} AS ${numbers}`, [], { signal }));
    this.#tests.push(`${this.row} IN (SELECT "row" FROM ${table})`);
    this.#known = Number(columns[0]?.[0] ?? 0);
  }

  #positionsSql(ranges: readonly (readonly [number, number])[]): string {
    const { order, row } = this.#prepared;
    const places = this.select(`${row} AS r, row_number() OVER (ORDER BY ${order === '' ? '' : `${order}, `}${row}) - 1 AS place`);
    const tests = ranges.map(([start, end]) => `(place >= ${start} AND place < ${end})`);
    return `SELECT r AS "row" FROM (${places}) WHERE ${tests.length === 0 ? 'false' : tests.join(' OR ')}`;
  }

  #sampleSql(sample: ExportSample): string {
    const by = sample.by === undefined ? undefined : this.#prepared.others.at(-1)?.sql;
    return sampleSql({ select: (what) => this.select(what), row: this.row, ...(by === undefined ? {} : { by }) }, sample);
  }
}

function countedFrom0(length: number): RowNumbers {
  return { length, at: (position) => position, slice: (start, end) => Array.from({ length: Math.max(0, Math.min(end, length) - start) }, (_, i) => start + i) };
}

function checkWish({ sample, positions = [] }: ExportWish): void {
  const whole = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
  if (sample !== undefined && !(whole(sample.rows) && whole(sample.seed))) throw new LoupeError('invalid-request', 'The rows of a sample and its seed are whole numbers from 0 on.');
  if (positions.length > MAX_RANGES) throw new LoupeError('too-large', `An export can name at most ${MAX_RANGES} ranges of rows.`);
  if (!positions.flat().every(whole)) throw new LoupeError('invalid-request', 'Positions are whole numbers from 0 on.');
}

function stratumRef(columns: readonly { readonly name: string; readonly index: number }[], [name, ...fields]: ColumnPath): ColumnRef {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new LoupeError('invalid-request', `There is no column ${name}.`);
  return { index: column.index, fields };
}
