import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { ColumnLayout, SchemaBranch } from './layout.ts';

/** What a column is made of, down to its leaves; levels as in the Parquet format. */
export type ShapeOf<L> = L | StructShape<L> | ListShape<L>;

/** The shape of a column of bytes and texts. */
export type ColumnShape = ShapeOf<LeafShape>;

export interface LeafShape {
  readonly kind: 'text' | 'bytes';
  /** Index in `ColumnLayout.leaves`. */
  readonly leaf: number;
}

export interface StructShape<L> {
  readonly kind: 'struct';
  /** The definition level from which on it is there. */
  readonly definition: number;
  readonly fields: readonly (readonly [name: string, shape: ShapeOf<L>])[];
}

export interface ListShape<L> {
  readonly kind: 'list';
  /** The definition level from which on it has items; one less is the empty list, and less than that none. */
  readonly definition: number;
  /** The repetition level at which it goes on. */
  readonly repetition: number;
  readonly item: ShapeOf<L>;
}

/** Whether a column of this type may be read by page: only bytes, texts, and structs and lists of them are. */
export function isReadByPage(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.VARCHAR:
      return true;
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.length > 0 && type.entryTypes.every(isReadByPage);
    case DuckDBTypeId.LIST:
      return isReadByPage(type.valueType);
    default:
      return false;
  }
}

/** Whether the type holds bytes that are not text. */
export function holdsBytes(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.BLOB:
      return true;
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.some(holdsBytes);
    case DuckDBTypeId.LIST:
      return holdsBytes(type.valueType);
    default:
      return false;
  }
}

/** The shape of a column that is to be shown as DuckDB's type; null where the two do not fit each other. */
export function columnShape(layout: ColumnLayout, type: DuckDBType): ColumnShape | null {
  return shapeOf(layout, type, ({ leaf }, wanted) => {
    if (!/^(BYTE_ARRAY|FIXED_LEN_BYTE_ARRAY)$/.test(layout.leaves[leaf]?.physical ?? '')) return null;
    if (wanted.typeId === DuckDBTypeId.VARCHAR) return { kind: 'text', leaf };
    return wanted.typeId === DuckDBTypeId.BLOB ? { kind: 'bytes', leaf } : null;
  });
}

/** A leaf of the schema, with the definition level at which it is there. */
export interface FoundLeaf {
  readonly leaf: number;
  readonly definition: number;
}

/** What a leaf becomes that is shown as a type of DuckDB's; null where the two do not fit. */
export type LeafOf<L> = (found: FoundLeaf, wanted: DuckDBType) => L | null;

/** The shape of a column with leaves of any kind; null where schema and type do not fit each other. */
export function shapeOf<L>({ root }: ColumnLayout, type: DuckDBType, leafOf: LeafOf<L>): ShapeOf<L> | null {
  return shapeAt(root, type, 0, 0);

  function shapeAt(node: SchemaBranch, wanted: DuckDBType, repetitions: number, definitions: number): ShapeOf<L> | null {
    const definition = definitions + (node.repetition === 'REQUIRED' ? 0 : 1);
    if (node.repetition !== 'REPEATED') return insideOf(node, wanted, repetitions, definition);
    if (wanted.typeId !== DuckDBTypeId.LIST) return null;
    const item = insideOf(node, wanted.valueType, repetitions + 1, definition);
    return item && { kind: 'list', definition, repetition: repetitions + 1, item };
  }

  /** Of a node that repeats: one of its items. As DuckDB does, a group around a single child of a list stands for that child. */
  function insideOf(node: SchemaBranch, wanted: DuckDBType, repetitions: number, definition: number): ShapeOf<L> | null {
    if (node.leaf !== null) return leafOf({ leaf: node.leaf, definition }, wanted);
    const [only] = node.children;
    const isTransparent = node.children.length === 1 && (node.isContainer || node.repetition === 'REPEATED');
    if (isTransparent && only !== undefined) return shapeAt(only, wanted, repetitions, definition);
    if (wanted.typeId !== DuckDBTypeId.STRUCT || wanted.entryNames.length !== node.children.length) return null;
    const fields: (readonly [string, ShapeOf<L>])[] = [];
    for (const [index, child] of node.children.entries()) {
      const field = wanted.entryTypes[index];
      const shape = field && shapeAt(child, field, repetitions, definition);
      if (!shape) return null;
      fields.push([wanted.entryNames[index] ?? '', shape]);
    }
    return { kind: 'struct', definition, fields };
  }
}
