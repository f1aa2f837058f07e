import type { AddedType, ColumnTarget } from '../../protocol/edits.ts';
import type { Column, ColumnKind } from '../../protocol/shards.ts';

/** A column of the shard itself, or one that only edits have so far. */
export type OverlaySource = { readonly own: number } | { readonly added: string };

const KINDS: Readonly<Record<AddedType, ColumnKind>> = { text: 'text', number: 'number', integer: 'number', boolean: 'boolean', rounds: 'list', json: 'struct' };

/** The columns of a shard and those that edits add, under one numbering that only grows. */
export class OverlayColumns {
  readonly #sources: OverlaySource[] = [];
  readonly #added = new Map<string, Column>();
  #ownCount = 0;

  /** Takes in what the shard has now, and columns that were added; one that is added and then found in the shard is one column. */
  list(own: readonly Column[], targets: () => readonly ColumnTarget[], added: ReadonlyMap<string, AddedType>): readonly Column[] {
    const known = this.#added.size === 0 ? [] : targets();
    for (; this.#ownCount < own.length; this.#ownCount++) this.#takeOwn(this.#ownCount, known[this.#ownCount]);
    if (this.#added.size === 0 && added.size === 0) return own;
    const names = new Set(own.map(({ name }) => name));
    for (const [name, type] of added) {
      if (this.#added.has(name) || names.has(name)) continue;
      const index = this.#sources.push({ added: name }) - 1;
      this.#added.set(name, { index, name, type, kind: KINDS[type] });
    }
    const columns = this.#sources.flatMap((source, index): Column[] => {
      const column = 'own' in source ? own[source.own] : this.#added.get(source.added);
      return column === undefined ? [] : [{ ...column, index }];
    });
    // One that was taken back goes from the end; in front of others it stays, empty, so that no number changes its meaning.
    while (columns.length > 0 && this.#isTakenBack(columns.length - 1, added)) columns.pop();
    return columns;
  }

  source(index: number): OverlaySource | undefined {
    return this.#sources[index];
  }

  #isTakenBack(index: number, added: ReadonlyMap<string, AddedType>): boolean {
    const source = this.#sources[index];
    return source !== undefined && 'added' in source && !added.has(source.added);
  }

  #takeOwn(own: number, target: ColumnTarget | undefined): void {
    const name = target !== undefined && 'path' in target && target.path.length === 1 ? String(target.path[0]) : null;
    const added = name === null ? undefined : this.#added.get(name);
    if (added === undefined) this.#sources.push({ own });
    else this.#sources[added.index] = { own };
  }
}
