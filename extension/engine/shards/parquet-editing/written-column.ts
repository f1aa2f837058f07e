import type { DuckDBType } from '@duckdb/node-api';
import type { Value } from '../../../protocol/values.ts';
import { shapeOf, type ShapeOf } from '../parquet-pages/column-shape.ts';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import type { ColumnLayout } from '../parquet-pages/layout.ts';
import { EditFault } from './edit-fault.ts';
import { writeLeaf, type WriteLeaf } from './written-leaf.ts';

interface WrittenLeaf {
  readonly kind: 'leaf';
  readonly leaf: number;
  readonly definition: number;
  readonly write: WriteLeaf;
}

type WrittenShape = ShapeOf<WrittenLeaf>;

/** Takes a column's value apart into the places of its leaves, the reverse of `assemble`. */
export class WrittenColumn {
  readonly layout: ColumnLayout;
  readonly #shape: WrittenShape;

  private constructor(layout: ColumnLayout, shape: WrittenShape) {
    this.layout = layout;
    this.#shape = shape;
  }

  /** The writer of a column that is shown as `type`; a reason where there is none. */
  static of(layout: ColumnLayout, type: DuckDBType): WrittenColumn | string {
    let reason = containerReason(type) ?? 'Its schema does not fit its type.';
    const shape = shapeOf<WrittenLeaf>(layout, type, ({ leaf, definition }, wanted) => {
      const found = layout.leaves[leaf];
      const write = found === undefined ? reason : writeLeaf(found, wanted);
      if (typeof write !== 'string') return { kind: 'leaf', leaf, definition, write };
      reason = write;
      return null;
    });
    return shape === null ? reason : new WrittenColumn(layout, shape);
  }

  /** Places by leaf. @throws EditFault where the column does not take the value */
  places(value: Value): Slot[][] {
    const places: Slot[][] = this.layout.leaves.map(() => []);
    put(this.#shape, value, { repetition: 0, definition: 0 }, places);
    return places;
  }
}

/** Why a column is not written for what it is made of, whatever its leaves are. */
function containerReason(type: DuckDBType): string | null {
  const [, name] = /\b(MAP|VARIANT|UNION)\b/.exec(type.toString()) ?? [];
  return name === undefined ? null : `Values of the type ${name} are not edited.`;
}

/** How far the path down to a part is there, and where lists go on. */
type Level = Omit<Slot, 'bytes'>;

function put(shape: WrittenShape, value: Value, level: Level, places: readonly Slot[][]): void {
  if (value === null || (typeof value === 'object' && value.type === 'missing')) {
    if (nullable(shape) <= level.definition) throw new EditFault('it takes no null');
    skip(shape, level, places);
    return;
  }
  switch (shape.kind) {
    case 'leaf':
      places[shape.leaf]?.push({ repetition: level.repetition, definition: shape.definition, bytes: shape.write(value) });
      return;
    case 'struct':
      putStruct(shape, value, level, places);
      return;
    case 'list':
      putList(shape, value, level, places);
  }
}

function putStruct(shape: WrittenShape & { readonly kind: 'struct' }, value: Value, { repetition }: Level, places: readonly Slot[][]): void {
  if (value === null || typeof value !== 'object' || value.type !== 'struct') throw new EditFault('it takes an object');
  const given = new Map(value.entries);
  if (given.size < value.entries.length) throw new EditFault('a field is there twice');
  for (const [name, field] of shape.fields) {
    put(field, given.get(name) ?? null, { repetition, definition: shape.definition }, places);
    given.delete(name);
  }
  const [unknown] = given.keys();
  if (unknown !== undefined) throw new EditFault(`it has no field ${unknown}`);
}

function putList(shape: WrittenShape & { readonly kind: 'list' }, value: Value, { repetition }: Level, places: readonly Slot[][]): void {
  if (value === null || typeof value !== 'object' || value.type !== 'list') throw new EditFault('it takes a list');
  if (value.items.length === 0) skip(shape, { repetition, definition: shape.definition - 1 }, places);
  for (const [at, item] of value.items.entries()) {
    put(shape.item, item, { repetition: at === 0 ? repetition : shape.repetition, definition: shape.definition }, places);
  }
}

/** The least level at which a part is not null; it can be null where what is around it has a lower one. */
function nullable(shape: WrittenShape): number {
  return shape.kind === 'list' ? shape.definition - 1 : shape.definition;
}

function skip(shape: WrittenShape, level: Level, places: readonly Slot[][]): void {
  switch (shape.kind) {
    case 'leaf':
      places[shape.leaf]?.push({ ...level, bytes: null });
      return;
    case 'struct':
      for (const [, field] of shape.fields) skip(field, level, places);
      return;
    case 'list':
      skip(shape.item, level, places);
  }
}
