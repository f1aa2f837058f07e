import type { ColumnPath } from '../../protocol/queries.ts';
import type { Column } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef } from './relation.ts';

/** The columns that a query needs of a table, each once. */
export class ColumnSet {
  readonly #columns: readonly Column[];
  readonly #refs = new Map<string, { readonly ref: ColumnRef; readonly position: number }>();

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  get refs(): readonly ColumnRef[] {
    return [...this.#refs.values()].map(({ ref }) => ref);
  }

  /** @returns its position among `refs` @throws LoupeError `invalid-request` for a column that is not there */
  path([name, ...fields]: ColumnPath): number {
    const column = this.#columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new LoupeError('invalid-request', `There is no column ${name}.`);
    return this.add({ index: column.index, fields });
  }

  /** @returns its position among `refs` */
  add(ref: ColumnRef): number {
    const key = JSON.stringify([ref.index, ref.fields]);
    const position = this.#refs.get(key)?.position ?? this.#refs.size;
    this.#refs.set(key, { ref, position });
    return position;
  }
}

/** What a message calls a column. */
export function pathText(path: ColumnPath): string {
  return path.join('.');
}
