import { BLOB, INTEGER, LIST, MAP, STRUCT, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { columnShape, holdsBytes, isReadByPage, type ColumnShape } from '../../../extension/engine/shards/parquet-pages/column-shape.ts';
import type { Leaf, SchemaBranch } from '../../../extension/engine/shards/parquet-pages/layout.ts';

const NO_MEANING: Leaf['meaning'] = { name: '', unit: '', bits: 64, isSigned: true, scale: 0, precision: 0 };

let leaves = 0;
const leaf = (name: string, repetition: SchemaBranch['repetition'] = 'OPTIONAL'): SchemaBranch => ({ name, repetition, isContainer: false, children: [], leaf: leaves++ });
const group = (name: string, repetition: SchemaBranch['repetition'], children: readonly SchemaBranch[], isContainer = false): SchemaBranch => ({ name, repetition, isContainer, children, leaf: null });

/** The shape of a schema whose leaves are made anew from 0. */
function shapeOf(make: () => SchemaBranch, type: DuckDBType, physical = 'BYTE_ARRAY'): ColumnShape | null {
  leaves = 0;
  const root = make();
  const found = Array.from({ length: leaves }, (): Leaf => ({ name: '', physical, typeLength: 0, maxRepetition: 0, maxDefinition: 0, meaning: NO_MEANING, chunks: [] }));
  return columnShape({ rowCounts: [], root, firstLeaf: 0, leaves: found }, type);
}

describe('columnShape', () => {
  it('knows texts, bytes and structs of them', () => {
    expect(shapeOf(() => leaf('a'), VARCHAR)).toEqual({ kind: 'text', leaf: 0 });
    expect(shapeOf(() => leaf('a'), BLOB, 'FIXED_LEN_BYTE_ARRAY')).toEqual({ kind: 'bytes', leaf: 0 });
    const image = (): SchemaBranch => group('image', 'OPTIONAL', [leaf('bytes'), leaf('path', 'REQUIRED')]);
    expect(shapeOf(image, STRUCT({ bytes: BLOB, path: VARCHAR }))).toEqual({ kind: 'struct', definition: 1, fields: [['bytes', { kind: 'bytes', leaf: 0 }], ['path', { kind: 'text', leaf: 1 }]] });
  });

  it('knows lists of three levels, of two, and fields that just repeat', () => {
    const wanted = (definition: number): ColumnShape => ({ kind: 'list', definition, repetition: 1, item: { kind: 'text', leaf: 0 } });
    expect(shapeOf(() => group('l', 'OPTIONAL', [group('list', 'REPEATED', [leaf('element')])], true), LIST(VARCHAR))).toEqual(wanted(2));
    expect(shapeOf(() => group('l', 'REQUIRED', [leaf('array', 'REPEATED')], true), LIST(VARCHAR))).toEqual(wanted(1));
    expect(shapeOf(() => leaf('l', 'REPEATED'), LIST(VARCHAR))).toEqual(wanted(1));
  });

  it('knows lists of structs, with a group around each item and without', () => {
    const type = LIST(STRUCT({ a: VARCHAR, b: VARCHAR }));
    const item = (definition: number): unknown => ({ kind: 'list', definition: 2, repetition: 1, item: { kind: 'struct', definition, fields: [['a', { kind: 'text', leaf: 0 }], ['b', { kind: 'text', leaf: 1 }]] } });
    expect(shapeOf(() => group('l', 'OPTIONAL', [group('list', 'REPEATED', [group('element', 'OPTIONAL', [leaf('a'), leaf('b')])])], true), type)).toEqual(item(3));
    expect(shapeOf(() => group('l', 'OPTIONAL', [group('array', 'REPEATED', [leaf('a'), leaf('b')])], true), type)).toEqual(item(2));
  });

  it('knows nothing where schema and type do not fit', () => {
    expect(shapeOf(() => leaf('a'), VARCHAR, 'INT32')).toBeNull();
    expect(shapeOf(() => leaf('a'), LIST(VARCHAR))).toBeNull();
    expect(shapeOf(() => leaf('a', 'REPEATED'), VARCHAR)).toBeNull();
    expect(shapeOf(() => group('s', 'OPTIONAL', [leaf('a'), leaf('b')]), STRUCT({ a: VARCHAR }))).toBeNull();
    expect(shapeOf(() => group('s', 'OPTIONAL', [leaf('a')]), VARCHAR)).toBeNull();
  });
});

it('reads by page what holds nothing but bytes and texts', () => {
  for (const type of [BLOB, VARCHAR, LIST(BLOB), STRUCT({ bytes: BLOB, path: VARCHAR }), LIST(STRUCT({ a: LIST(VARCHAR) }))]) expect(isReadByPage(type), type.toString()).toBe(true);
  for (const type of [INTEGER, LIST(INTEGER), STRUCT({ a: VARCHAR, b: INTEGER }), MAP(VARCHAR, VARCHAR), STRUCT({})]) expect(isReadByPage(type), type.toString()).toBe(false);
  expect([BLOB, LIST(STRUCT({ a: VARCHAR, b: BLOB }))].every(holdsBytes)).toBe(true);
  expect([VARCHAR, LIST(VARCHAR), STRUCT({ a: VARCHAR })].some(holdsBytes)).toBe(false);
});
