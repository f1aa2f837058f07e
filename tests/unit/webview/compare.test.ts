import { describe, expect, it } from 'vitest';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { comparedColumns, comparedText, wordDifference } from '../../../webview/shards/compare/differences.ts';
import { compareRows } from '../../../webview/shards/compare/compare-rows.ts';
import type { Session } from '../../../webview/shards/session.ts';
import { INITIAL_VIEW, initialState } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';
import { shard } from './shard.ts';

const column = (index: number, name: string): Column => ({ index, name, kind: 'text', type: 'VARCHAR' });
const columns = ['text', 'score', 'id', 'image', 'none'].map((name, i) => column(i, name));
const row = (number: number, values: readonly Value[]): Row => ({ row: number, place: '', bytesRead: 0, cells: values.map((value, i) => ({ column: i, value })) });
const number = (text: string): Value => ({ type: 'number', text });

describe('two rows', () => {
  const first = row(0, ['a cat', number('0.31'), number('18446744073709551615'), { type: 'bytes', size: 3, head: new Uint8Array([1, 2, 3]) }, null]);
  const second = row(1, ['a cat', number('0.28'), number('18446744073709551614'), { type: 'bytes', size: 3, head: new Uint8Array([1, 2, 4]) }]);

  it('differ in the columns whose values do, to the last digit and byte', () => {
    const compared = comparedColumns(first, second, columns);
    expect(compared.map(({ differs }) => differs)).toEqual([false, true, true, true, true]);
    expect(compared[1]!.by).toBeCloseTo(-0.03, 12);
    expect(compared[2]!.by).toBeUndefined();
    expect(comparedColumns(first, first, columns).some(({ differs }) => differs)).toBe(false);
  });

  it('have null and missing told apart', () => {
    const [, , , , none] = comparedColumns(first, second, columns);
    expect(none).toMatchObject({ first: null, second: { type: 'missing' }, differs: true });
    expect(comparedText(null)).toBe('null');
  });
});

describe('two texts', () => {
  const own = (pieces: readonly { text: string; own: boolean }[]): string[] => pieces.filter((piece) => piece.own).map(({ text }) => text);

  it('have the words marked that only one of them has, and lose nothing', () => {
    const [a, b] = wordDifference('a small black cat on a mat', 'a black dog on a red mat');
    expect(a.map(({ text }) => text).join('')).toBe('a small black cat on a mat');
    expect(b.map(({ text }) => text).join('')).toBe('a black dog on a red mat');
    expect(own(a).join('').trim().split(/\s+/)).toEqual(['small', 'cat']);
    expect(own(b).join('').trim().split(/\s+/)).toEqual(['dog', 'red']);
  });

  it('are compared by the words of their script', () => {
    const [a] = wordDifference('黑色的猫', '白色的猫');
    expect(own(a)).toEqual(['黑色']);
  });

  it('may be empty, the same, or long', () => {
    expect(wordDifference('', 'x')).toEqual([[], [{ text: 'x', own: true }]]);
    expect(wordDifference('same', 'same')).toEqual([[{ text: 'same', own: false }], [{ text: 'same', own: false }]]);
    const long = (letter: string): string => Array.from({ length: 5_000 }, (_, i) => `${letter}${i}`).join(' ');
    expect(wordDifference(long('a'), long('b')).map((pieces) => pieces.map(({ text }) => text).join(''))).toEqual([long('a'), long('b')]);
  });
});

describe('choosing', () => {
  const session = (): Session => {
    const store = new Store(initialState({ status: 'open', name: 'a.parquet', shard }, INITIAL_VIEW));
    return { store, pages: { rowNumber: (position: number) => position + 100 } } as unknown as Session;
  };

  it('takes the first row, then the second, by their numbers in the table', () => {
    const one = session();
    compareRows(one);
    expect(one.store.state.compare).toBeNull();
    one.store.dispatch({ type: 'focus', row: 3, column: 'a' });
    compareRows(one);
    expect(one.store.state.compare).toEqual({ first: 103, second: null });
    expect(one.store.state.view.panel).toBe('none');
    expect(one.store.state.announcement?.value).toMatch(/^Row 104 is chosen/);
    one.store.dispatch({ type: 'focus', row: 8, column: 'a' });
    compareRows(one);
    expect(one.store.state.announcement?.value).toBe('');
    expect(one.store.state.compare).toEqual({ first: 103, second: 108 });
    expect(one.store.state.view.panel).toBe('compare');
    compareRows(one);
    expect(one.store.state.compare).toEqual({ first: 108, second: null });
  });

  it('takes two selected rows at once', () => {
    const one = session();
    one.store.dispatch({ type: 'select', selection: { anchor: 6, active: 5 } });
    compareRows(one);
    expect(one.store.state.compare).toEqual({ first: 105, second: 106 });
  });
});
