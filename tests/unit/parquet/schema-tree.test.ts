import { describe, expect, it } from 'vitest';
import { schemaTree, type SchemaElement } from '../../../extension/engine/shards/parquet/schema-tree.ts';

function element(name: string, children = 0): SchemaElement {
  return { name, children, physical: children > 0 ? null : 'INT32', logical: null, converted: null, details: [] };
}

describe('schemaTree', () => {
  it('nests by child counts', () => {
    const tree = schemaTree([element('root', 2), element('a', 2), element('b'), element('c'), element('d')]);
    expect(tree.map(({ name, children }) => [name, children.map((child) => child.name)])).toEqual([
      ['a', ['b', 'c']],
      ['d', []],
    ]);
  });

  it('survives counts that lie', () => {
    expect(schemaTree([element('root', 1_000_000), element('a', 99)]).map(({ name }) => name)).toEqual(['a']);
    expect(schemaTree([element('root', -1), element('a')])).toEqual([]);
    expect(schemaTree([])).toEqual([]);
  });

  it('is cut in depth and in width', () => {
    const deep = schemaTree(Array.from({ length: 5_000 }, () => element('x', 1)));
    let depth = 0;
    for (let nodes = deep; nodes.length > 0; nodes = [...(nodes[0]?.children ?? [])]) depth++;
    expect(depth).toBeLessThanOrEqual(129);
    const wide = schemaTree([element('root', 20_000), ...Array.from({ length: 20_000 }, (_, index) => element(String(index)))]);
    expect(wide).toHaveLength(10_001);
    expect(wide.at(-1)?.name).toContain('10000 more');
  });
});
