import { describe, expect, it } from 'vitest';
import type { Column } from '../../../extension/protocol/shards.ts';
import { inOrder, movedBefore, movedColumn } from '../../../webview/shards/grid/column-order.ts';
import { rowRanges } from '../../../webview/shards/grid/selection.ts';

const all = ['a', 'b', 'c', 'd', 'e'].map((name, index): Column => ({ index, name, type: '', kind: 'text' }));
const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join('');

describe('the order of columns', () => {
  it('is the user’s, the others after it as in the file', () => {
    expect(names(inOrder(all, ['d', 'b']))).toBe('dbace');
    expect(inOrder(all, [])).toBe(all);
    expect(names(inOrder(all, ['gone', 'e']))).toBe('eabcd');
  });

  it('remembers no more names than it takes', () => {
    expect(movedBefore(all, [], 'd', 'b')).toEqual(['a', 'd']);
    expect(names(inOrder(all, ['a', 'd']))).toBe('adbce');
    expect(movedBefore(all, ['a', 'd'], 'd', 'e')).toEqual([]);
    expect(movedBefore(all, [], 'a', null)).toEqual(['b', 'c', 'd', 'e']);
  });

  it.each([
    ['c', 'left', 'acbde'],
    ['c', 'right', 'abdce'],
    ['c', 'first', 'cabde'],
    ['c', 'last', 'abdec'],
    ['a', 'left', 'abcde'],
    ['e', 'last', 'abcde'],
  ] as const)('%s goes %s: %s', (name, move, want) => expect(names(inOrder(all, movedColumn(all, all, [], name, move)))).toBe(want));

  it('goes past hidden columns, which stay where they are', () => {
    const shown = all.filter(({ name }) => name !== 'b' && name !== 'e');
    expect(names(inOrder(all, movedColumn(all, shown, [], 'c', 'left')))).toBe('cabde');
    expect(names(inOrder(all, movedColumn(all, shown, [], 'a', 'last')))).toBe('bcdae');
    expect(movedColumn(all, shown, ['c'], 'b', 'left')).toEqual(['c']);
  });
});

it('selected rows of a filter are known by their numbers in the table, in runs', () => {
  const numbers = [3, 4, 9, 1, 10];
  expect(rowRanges({ start: 0, end: 5 }, (position) => numbers[position])).toEqual([{ start: 1, end: 2 }, { start: 3, end: 5 }, { start: 9, end: 11 }]);
  expect(rowRanges({ start: 3, end: 9 }, (position) => numbers[position])).toEqual([{ start: 1, end: 2 }, { start: 10, end: 11 }]);
});
