import type { Column } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import { quoteText } from '../duckdb/quote.ts';
import { KEY_LIMITS, keyText, uidText } from './keys.ts';
import type { KeySql } from './join.ts';
import type { ShardKey } from './layouts.ts';

/** What rows of a shard are known by. */
export class ShardKeys {
  readonly #shard: Shard;
  readonly #column: Column | null;
  readonly #path: string | null;
  readonly #isUid: boolean;

  /** @throws LoupeError `unsupported` where the shard has no such column and nothing stands in for it */
  constructor(shard: Shard, { column, path }: ShardKey) {
    const found = shard.state().columns.find(({ name }) => name === column) ?? null;
    if (found === null && column !== undefined && path === undefined) throw new LoupeError('unsupported', `The shard has no column ${column}.`);
    this.#shard = shard;
    this.#column = found;
    this.#path = path ?? null;
    this.#isUid = column === 'uid';
  }

  /** What a person calls it. */
  get name(): string {
    return this.#column?.name ?? 'row number';
  }

  async of(rows: readonly number[], signal: AbortSignal): Promise<(string | null)[]> {
    if (this.#column === null) return rows.map((row) => this.#synthetic(row));
    const [first = 0] = rows;
    const columns = [this.#column.index];
    // A page asks for rows that follow one another, which every reader is best at.
    const inOrder = rows.every((row, i) => row === first + i);
    const values = inOrder
      ? await this.#shard.read({ start: first, end: first + rows.length, columns, limits: KEY_LIMITS }, signal)
      : await this.#shard.readRows({ rows, columns, limits: KEY_LIMITS }, signal);
    const text = this.#isUid ? uidText : keyText;
    return rows.map((_, i) => text(values[0]?.[i]));
  }

  /** The column that a relation needs for it; null where the row number says it. */
  get ref(): ColumnRef | null {
    return this.#column === null ? null : { index: this.#column.index, fields: [] };
  }

  /** The key as SQL text; `b` is the shard's relation, `column` its column of `ref`. */
  sql(column: KeySql): string {
    if (this.#column !== null) return `${column.sql}::VARCHAR`;
    return this.#path === null ? 'b.row::VARCHAR' : `${quoteText(`${this.#path}/`)} || b.row::VARCHAR`;
  }

  #synthetic(row: number): string {
    return this.#path === null ? String(row) : `${this.#path}/${row}`;
  }
}
