import type { LintFinding } from '../../protocol/lint.ts';
import type { Member, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ReadRequest, RowsRequest, Shard } from '../shards/shard.ts';
import type { IdTables } from './id-tables.ts';
import { prepareQuery } from './prepared-query.ts';
import type { ColumnRef, Relation, ReportWork } from './relation.ts';
import type { RunningResult } from './running-result.ts';

/** A query's result as a shard: its rows are known by their position in the result. */
export class ResultShard implements Shard {
  readonly #base: Shard;
  readonly #result: RunningResult;
  readonly #idTables: IdTables;

  constructor(base: Shard, result: RunningResult, idTables: IdTables) {
    this.#base = base;
    this.#result = result;
    this.#idTables = idTables;
  }

  state(): ShardState {
    return { ...this.#base.state(), rows: this.#result.rows.length, rowsComplete: this.#result.ended };
  }

  /** Numbers in the table of the rows at positions `[start, end)`; those that are not found yet are left out. */
  rowNumbers(start: number, end: number): number[] {
    return this.#result.rows.slice(start, end);
  }

  async read({ start, end, columns, limits }: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#result.until(() => this.#result.rows.length >= end, signal);
    const rows = this.rowNumbers(Math.max(0, start), end);
    if (rows.length === 0) return columns.map(() => []);
    return this.#base.readRows({ rows, columns, limits }, signal).finally(() => this.#result.wasRead());
  }

  async readRows({ rows, ...wanted }: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#result.until(() => this.#result.rows.length > Math.max(...rows), signal);
    const found = this.#result.rows;
    return this.#base.readRows({ ...wanted, rows: rows.map((position) => (position < found.length ? found.at(position) : -1)) }, signal);
  }

  /** The rows that the query keeps, numbered in its order. */
  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    const prepared = await prepareQuery(this.#base, this.#result.query, { idTables: this.#idTables, report, signal }, columns);
    const number = `row_number() OVER (ORDER BY ${prepared.order === '' ? '' : `${prepared.order}, `}${prepared.row}) - 1 AS "row"`;
    await this.#result.settled();
    signal.throwIfAborted();
    return {
      from: `(${prepared.select([number, ...prepared.others.map(({ sql, missing }, at) => `${sql} AS v${at}, ${missing} AS m${at}`)].join(', '))})`,
      types: prepared.others.map(({ type }) => type),
      rows: this.#result.rows.length,
    };
  }

  /** Findings about rows that the query keeps, and about the whole file. */
  async lint(signal: AbortSignal): Promise<readonly LintFinding[]> {
    const findings = await this.#base.lint(signal);
    await this.#result.settled();
    return findings.flatMap(({ row, ...finding }): LintFinding[] => {
      if (row === undefined) return [finding];
      const position = this.#result.rows.indexOf(row);
      return position === null ? [] : [{ ...finding, row: position }];
    });
  }

  async place(position: number, signal: AbortSignal): Promise<string> {
    return this.#base.place(await this.rowNumber(position, signal), signal);
  }

  async raw(position: number, signal: AbortSignal): Promise<string | null> {
    return this.#base.raw(await this.rowNumber(position, signal), signal);
  }

  async members(position: number, signal: AbortSignal): Promise<readonly Member[] | null> {
    return this.#base.members(await this.rowNumber(position, signal), signal);
  }

  /** @throws LoupeError `invalid-request` past the end */
  async rowNumber(position: number, signal: AbortSignal): Promise<number> {
    await this.#result.until(() => this.#result.rows.length > position, signal);
    if (position >= 0 && position < this.#result.rows.length) return this.#result.rows.at(position);
    throw new LoupeError('invalid-request', `The query has no row ${position + 1}.`);
  }

  metadata(signal: AbortSignal): Promise<ShardMetadata> {
    return this.#base.metadata(signal);
  }

  async settled(): Promise<void> {
    await this.#result.settled();
    await this.#base.settled();
  }

  /** The shard belongs to somebody else. */
  close(): Promise<void> {
    return this.#result.stop();
  }
}
