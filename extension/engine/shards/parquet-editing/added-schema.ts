import { BIGINT, BOOLEAN, DOUBLE, LIST, STRUCT, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { AddedType } from '../../../protocol/edits.ts';
import type { ColumnLayout, Leaf, SchemaBranch } from '../parquet-pages/layout.ts';

type Scalar = 'text' | 'number' | 'integer' | 'boolean';

/** What an added column is made of. */
export type AddedShape = Scalar | { readonly list: AddedShape } | { readonly struct: Readonly<Record<string, AddedShape>> };

/** The shape of each type that can be added; a column of any JSON has none. */
export const ADDED_SHAPES: Readonly<Record<Exclude<AddedType, 'json'>, AddedShape>> = {
  text: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  rounds: {
    list: {
      struct: {
        round: 'integer', text: 'text', annotator: 'text', started: 'text', ended: 'text', seconds: 'number', flags: { list: 'text' },
        lost_concepts: { list: { struct: { concept: 'text', reason: 'text' } } }, base_sha256: 'text', adjudicates: { list: 'text' },
      },
    },
  },
}; // prettier-ignore

const NO_MEANING: Leaf['meaning'] = { name: '', unit: '', bits: 64, isSigned: true, scale: 0, precision: 0 };
const PHYSICAL: Readonly<Record<Scalar, string>> = { text: 'BYTE_ARRAY', number: 'DOUBLE', integer: 'INT64', boolean: 'BOOLEAN' };
const TYPES: Readonly<Record<Scalar, DuckDBType>> = { text: VARCHAR, number: DOUBLE, integer: BIGINT, boolean: BOOLEAN };

/** The column as readers will show it. */
export function duckdbType(shape: AddedShape): DuckDBType {
  if (typeof shape === 'string') return TYPES[shape];
  return 'list' in shape ? LIST(duckdbType(shape.list)) : STRUCT(Object.fromEntries(Object.entries(shape.struct).map(([name, field]) => [name, duckdbType(field)])));
}

/** The column as the schema of a file has it: everything may be null, lists in the three levels of the format. */
export function addedLayout(column: string, shape: AddedShape): ColumnLayout {
  const leaves: Leaf[] = [];
  const branch = (name: string, inner: AddedShape, path: readonly string[], maxRepetition: number, above: number): SchemaBranch => {
    const [here, maxDefinition] = [[...path, name], above + 1];
    const node = { name, repetition: 'OPTIONAL' as const, isContainer: false, children: [], leaf: null };
    if (typeof inner === 'string') {
      const meaning = inner === 'text' ? { ...NO_MEANING, name: 'STRING' } : NO_MEANING;
      return { ...node, leaf: leaves.push({ name: here.join('.'), physical: PHYSICAL[inner], typeLength: 0, maxRepetition, maxDefinition, meaning, chunks: [] }) - 1 };
    }
    if ('struct' in inner) return { ...node, children: Object.entries(inner.struct).map(([field, each]) => branch(field, each, here, maxRepetition, maxDefinition)) };
    const item = branch('element', inner.list, [...here, 'list'], maxRepetition + 1, maxDefinition + 1);
    return { ...node, isContainer: true, children: [{ name: 'list', repetition: 'REPEATED', isContainer: false, children: [item], leaf: null }] };
  };
  const root = branch(column, shape, [], 0, 0);
  return { rowCounts: [], root, firstLeaf: 0, leaves };
}
