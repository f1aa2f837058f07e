import { describe, expect, it } from 'vitest';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { searchPattern } from '../../../webview/shards/search/pattern.ts';
import { findInRow, MAX_MATCHES } from '../../../webview/shards/panel/find.ts';
import { childrenOf, CHILDREN_STEP, MAX_LINES, nodeId, preview, recordNodes } from '../../../webview/shards/panel/nodes.ts';

const list = (items: readonly Value[], length = items.length): Value => ({ type: 'list', items, length });
const struct = (...entries: (readonly [string, Value])[]): Value => ({ type: 'struct', entries, length: entries.length });
const row = (...values: Value[]): Row => ({ row: 4, place: 'line 5', cells: values.map((value, column) => ({ column, value })), bytesRead: 0 });
const columns = (...names: string[]): Column[] => names.map((name, index) => ({ index, name, type: 'VARCHAR', kind: 'text' }));
const pattern = (text: string): RegExp | null => searchPattern({ text, matchCase: false, regex: false });
const CLOSED = { open: new Set<string>(), shown: new Map<string, number>() };

describe('find in row', () => {
  it('finds names and values, also inside closed containers, whatever the case', () => {
    const record = row('A House', struct(['house', list(['no', 'houseboat'])]));
    const found = findInRow(record, ['caption', 'meta'], pattern('house'));
    expect(found.map(({ id, part, start, end }) => ({ id, part, start, end }))).toEqual([
      { id: nodeId(0, []), part: 'value', start: 2, end: 7 },
      { id: nodeId(1, ['house']), part: 'name', start: 0, end: 5 },
      { id: nodeId(1, ['house', 1]), part: 'value', start: 0, end: 5 },
    ]);
    expect(found[2]!.ancestors).toEqual([
      { id: nodeId(1, []), child: 0 },
      { id: nodeId(1, ['house']), child: 1 },
    ]);
  });

  it('takes what is sought literally, and nothing for nothing', () => {
    expect(findInRow(row('f(x) = .*', 'fx'), ['a', 'b'], pattern('f(x)'))).toHaveLength(1);
    expect(findInRow(row('aaa'), ['a'], pattern(''))).toEqual([]);
  });

  it('passes names by where only values are meant', () => {
    const record = row(struct(['house', 'a house']));
    expect(findInRow(record, ['house'], pattern('house'), false).map(({ part }) => part)).toEqual(['value']);
  });

  it('keeps positions where lower case is longer', () => {
    const [found] = findInRow(row('İİx'), ['a'], pattern('x'));
    expect(found).toMatchObject({ start: 2, end: 3 });
  });

  it('stops counting at its limit', () => expect(findInRow(row('a'.repeat(70_000)), ['x'], pattern('a'))).toHaveLength(MAX_MATCHES));

  it('previews 20,000 levels without a deep stack', () => {
    let deep: Value = 'needle';
    for (let i = 0; i < 20_000; i++) deep = list([deep]);
    expect(preview(deep)).toMatch(/^\[+…$/);
  });
});

describe('record tree', () => {
  it('has a line a column, closed at first', () => {
    const nodes = recordNodes(row('text', list([1, 2].map((n) => ({ type: 'number', text: String(n) })))), columns('caption', 'ids'), CLOSED);
    expect(nodes.map(({ id, expanded, position, siblings }) => ({ id, expanded, position, siblings }))).toEqual([
      { id: '[0]', expanded: undefined, position: 1, siblings: 2 },
      { id: '[1]', expanded: false, position: 2, siblings: 2 },
    ]);
  });

  it('opens what is open, in order, with its paths', () => {
    const record = row(struct(['url', 'x'], ['tags', list(['a', 'b'])]));
    const open = new Set([nodeId(0, []), nodeId(0, ['tags'])]);
    const nodes = recordNodes(record, columns('meta'), { ...CLOSED, open });
    expect(nodes.map((node) => [node.depth, node.kind === 'value' ? node.path : []])).toEqual([
      [0, []],
      [1, ['url']],
      [1, ['tags']],
      [2, ['tags', 0]],
      [2, ['tags', 1]],
    ]);
  });

  it('tells the second of two equal keys by its position', () => {
    const children = childrenOf(struct(['url', 'a'], ['url', 'b']));
    expect(children.map(({ step, value }) => [step, value])).toEqual([
      ['url', 'a'],
      [1, 'b'],
    ]);
  });

  it('draws long lists in steps', () => {
    const record = row(list(Array.from({ length: 250 }, (_, i) => String(i))));
    const open = new Set([nodeId(0, [])]);
    const first = recordNodes(record, columns('tags'), { ...CLOSED, open });
    expect(first).toHaveLength(1 + CHILDREN_STEP + 1);
    expect(first.at(-1)).toMatchObject({ kind: 'more', hidden: 150, next: 200 });
    const all = recordNodes(record, columns('tags'), { open, shown: new Map([[nodeId(0, []), 300]]) });
    expect(all).toHaveLength(251);
  });

  it('never draws more lines than its limit', () => {
    const names = Array.from({ length: MAX_LINES + 10 }, (_, i) => `c${i}`);
    expect(recordNodes(row(...names), columns(...names), CLOSED)).toHaveLength(MAX_LINES);
  });
});
