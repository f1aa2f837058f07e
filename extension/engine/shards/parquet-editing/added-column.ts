import type { AddedType, WrittenValue } from '../../../protocol/edits.ts';
import { WHOLE_LIMITS } from '../../../protocol/values.ts';
import { readJson } from '../jsonl/json-reader.ts';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import type { Leaf, SchemaBranch } from '../parquet-pages/layout.ts';
import { ADDED_SHAPES, addedLayout, duckdbType, type AddedShape } from './added-schema.ts';
import { EditFault } from './edit-fault.ts';
import { encodePage } from './encode-page.ts';
import { WrittenColumn } from './written-column.ts';

/** Rows of one page. */
const PAGE_ROWS = 20_000;

/** A chunk that was not there before. */
export interface AddedChunk {
  readonly pages: readonly Buffer[];
  /** Bytes of all pages, as they are and when expanded. */
  readonly size: number;
  readonly expanded: number;
  /** Values with their nulls: as many as there are levels. */
  readonly values: number;
}

/** The places of a value by leaf. */
type Places = readonly (readonly Slot[])[];

/** A column that edits add to a Parquet file: optional, null where nothing was typed. */
export class AddedColumn {
  readonly name: string;
  readonly shape: AddedShape;
  readonly #column: WrittenColumn;
  readonly #nothing: Places;

  /** @throws EditFault for a type that Parquet does not have */
  constructor(name: string, type: AddedType) {
    if (type === 'json') throw new EditFault(`a column of any JSON (${name}) cannot be added to Parquet; add one of texts`);
    this.name = name;
    this.shape = ADDED_SHAPES[type];
    const column = WrittenColumn.of(addedLayout(name, this.shape), duckdbType(this.shape));
    if (typeof column === 'string') throw new EditFault(column);
    this.#column = column;
    this.#nothing = column.places(null);
  }

  get root(): SchemaBranch {
    return this.#column.layout.root;
  }

  get leaves(): readonly Leaf[] {
    return this.#column.layout.leaves;
  }

  /** A leaf's names from the column down. */
  pathOf(leaf: number): string[] {
    // The column's own name may have dots, those below are ours.
    const inside = (this.leaves[leaf]?.name ?? '').slice(this.name.length).split('.').slice(1);
    return [this.name, ...inside];
  }

  /** The places of a value. @throws EditFault where the column does not take it */
  places(value: WrittenValue): Places {
    return this.#column.places('json' in value ? readJson(Buffer.from(value.json), WHOLE_LIMITS).value : null);
  }

  /** A leaf's chunk of so many rows; `values` by row, null for all others. */
  async chunk(leaf: number, rows: number, values: ReadonlyMap<number, Places>, codec: string): Promise<AddedChunk> {
    const found = this.leaves[leaf];
    if (found === undefined) throw new EditFault(`${this.name} has no such leaf`);
    const pages: Buffer[] = [];
    let [expanded, count] = [0, 0];
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const places = Array.from({ length: Math.min(PAGE_ROWS, rows - from) }, (_, at) => (values.get(from + at) ?? this.#nothing)[leaf] ?? []).flat();
      const page = await encodePage(places, found, { isSecond: false, hasChecksum: false, codec });
      pages.push(page.bytes);
      expanded += page.expanded;
      count += places.length;
    }
    return { pages, size: pages.reduce((sum, { length }) => sum + length, 0), expanded, values: count };
  }
}
