import type { ColumnPath } from '../../extension/protocol/queries.ts';
import type { Column, InsideColumn } from '../../extension/protocol/shards.ts';

/** Columns of a request as the engine takes it. */
interface RequestedColumns {
  readonly columns: readonly number[];
  readonly inside?: readonly InsideColumn[];
}

/**
 * What lies inside columns, a score in a struct, as columns of their own. They have numbers below 0, which stay as long
 * as the view lives, so that cells of them are kept and asked for as those of others are.
 */
export class InsideColumns {
  readonly #columns: Column[] = [];
  readonly #paths: ColumnPath[] = [];

  /** The same object for the same path. */
  column(path: ColumnPath): Column {
    const key = JSON.stringify(path);
    const at = this.#paths.findIndex((known) => JSON.stringify(known) === key);
    const found = this.#columns[at];
    if (found !== undefined) return found;
    const column: Column = { index: -1 - this.#columns.length, name: path.join('.'), type: '', kind: 'mixed' };
    this.#columns.push(column);
    this.#paths.push(path);
    return column;
  }

  /** @param table the columns that the paths begin in, as they are now */
  requested(columns: readonly number[], table: readonly Column[]): RequestedColumns {
    if (columns.every((column) => column >= 0)) return { columns };
    const inside = columns.filter((column) => column < 0).flatMap((column): InsideColumn[] => {
      const [name, ...path] = this.#paths[-1 - column] ?? [];
      const of = table.find((each) => each.name === name)?.index;
      return of === undefined ? [] : [{ column, of, path }];
    });
    return { columns: columns.filter((column) => column >= 0), inside };
  }
}
