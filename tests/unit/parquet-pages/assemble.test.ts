import { describe, expect, it } from 'vitest';
import { assemble } from '../../../extension/engine/shards/parquet-pages/assemble.ts';
import type { ColumnShape } from '../../../extension/engine/shards/parquet-pages/column-shape.ts';
import type { Slot } from '../../../extension/engine/shards/parquet-pages/decoded-page.ts';
import { GRID_LIMITS, WHOLE_LIMITS } from '../../../extension/protocol/values.ts';

const slot = (repetition: number, definition: number, text: string | null = null): Slot => ({ repetition, definition, bytes: text === null ? null : Buffer.from(text) });
const text = (leaf: number): ColumnShape => ({ kind: 'text', leaf });
const list = (definition: number, repetition: number, item: ColumnShape): ColumnShape => ({ kind: 'list', definition, repetition, item });
const record = (definition: number, ...leaves: number[]): ColumnShape => ({ kind: 'struct', definition, fields: leaves.map((leaf) => [`f${leaf}`, text(leaf)]) });

describe('assemble', () => {
  it('tells null, empty and missing items of lists apart', () => {
    const shape = list(2, 1, text(0));
    expect(assemble(shape, [[slot(0, 0)]], WHOLE_LIMITS)).toBeNull();
    expect(assemble(shape, [[slot(0, 1)]], WHOLE_LIMITS)).toEqual({ type: 'list', items: [], length: 0 });
    expect(assemble(shape, [[slot(0, 3, 'a'), slot(1, 2), slot(1, 3, 'b')]], WHOLE_LIMITS)).toEqual({ type: 'list', items: ['a', null, 'b'], length: 3 });
  });

  it('puts lists into lists', () => {
    const shape = list(2, 1, list(4, 2, text(0)));
    const row = [slot(0, 5, 'a'), slot(2, 5, 'b'), slot(1, 3), slot(1, 2), slot(1, 5, 'c')];
    const inner = (...items: string[]): unknown => ({ type: 'list', items, length: items.length });
    expect(assemble(shape, [row], WHOLE_LIMITS)).toEqual({ type: 'list', items: [inner('a', 'b'), inner(), null, inner('c')], length: 4 });
  });

  it('puts structs together from their leaves', () => {
    const shape = list(2, 1, record(3, 0, 1));
    const entries = (a: string | null, b: string | null): unknown => ({ type: 'struct', entries: [['f0', a], ['f1', b]], length: 2 });
    expect(assemble(shape, [[slot(0, 4, 'a'), slot(1, 2), slot(1, 3)], [slot(0, 3), slot(1, 2), slot(1, 4, 'z')]], WHOLE_LIMITS)).toEqual({
      type: 'list',
      items: [entries('a', null), null, entries(null, 'z')],
      length: 3,
    });
  });

  it('cuts to the limits and tells the whole length', () => {
    const shape = list(1, 1, { kind: 'bytes', leaf: 0 });
    const limits = { ...GRID_LIMITS, items: 1, bytes: 2 };
    expect(assemble(shape, [[slot(0, 1, 'abc'), slot(1, 1, 'd')]], limits)).toEqual({ type: 'list', items: [{ type: 'bytes', size: 3, head: new Uint8Array(Buffer.from('ab')) }], length: 2 });
    expect(assemble(text(0), [[slot(0, 0, 'a\u{1f600}b')]], { ...limits, text: 2 })).toEqual({ type: 'text', text: 'a', length: 4 });
  });

  it('refuses leaves that do not fit each other, and text that is none', () => {
    const shape = list(2, 1, record(2, 0, 1));
    expect(() => assemble(shape, [[slot(0, 3, 'a')], [slot(0, 3, 'a'), slot(1, 3, 'b')]], WHOLE_LIMITS)).toThrow(/fit each other/);
    expect(() => assemble(record(1, 0, 1), [[slot(0, 2, 'a')], [slot(0, 0)]], WHOLE_LIMITS)).toThrow(/fit each other/);
    expect(() => assemble(text(0), [[slot(0, 1, 'a'), slot(1, 1, 'b')]], WHOLE_LIMITS)).toThrow(/same length/);
    expect(() => assemble(text(0), [[]], WHOLE_LIMITS)).toThrow(/ends early/);
    expect(() => assemble(text(0), [[{ repetition: 0, definition: 0, bytes: Uint8Array.of(0xff) }]], WHOLE_LIMITS)).toThrow(/UTF-8/);
  });
});
