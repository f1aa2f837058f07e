import type { Column } from '../../protocol/shards.ts';
import type { OpenSideCar } from './side-car.ts';

/** Where a column of a joined shard comes from. */
export type ColumnSource = { readonly own: number } | { readonly sideCar: OpenSideCar; readonly column: number };

/** The columns of a shard and of its side-cars under one numbering, which only grows. */
export class JoinedColumns {
  readonly #sources: ColumnSource[] = [];
  readonly #taken: Column[] = [];
  #own: readonly Column[] | null = null;
  #ownCount = 0;
  #columns: readonly Column[] = [];

  /** Takes in what the shard has now. The same array is answered while nothing changed. */
  list(own: readonly Column[]): readonly Column[] {
    if (own === this.#own) return this.#columns;
    this.#own = own;
    for (; this.#ownCount < own.length; this.#ownCount++) this.#sources.push({ own: this.#ownCount });
    this.#rebuild();
    return this.#columns;
  }

  /** Adds a side-car's columns at the end. A name that is taken gets the side-car's before it. */
  add(sideCar: OpenSideCar, label: string, own: readonly Column[]): void {
    const names = new Set(this.list(own).map(({ name }) => name));
    for (const column of sideCar.columns) {
      const name = names.has(column.name) ? `${label} ${column.name}` : column.name;
      names.add(name);
      this.#sources.push({ sideCar, column: column.index });
      this.#taken.push({ ...column, name });
    }
    this.#rebuild();
  }

  source(index: number): ColumnSource | undefined {
    return this.#sources[index];
  }

  #rebuild(): void {
    let taken = 0;
    this.#columns = this.#sources.flatMap((source, index) => {
      const column = 'own' in source ? this.#own?.[source.own] : this.#taken[taken++];
      return column === undefined ? [] : [{ ...column, index }];
    });
  }
}
