import type { SchemaNode } from '../../../extension/protocol/shards.ts';
import type { TreeItem } from '../../controls/tree.tsx';

/** Lines drawn at most; a schema comes from a file and may be of any size. */
export const MAX_SCHEMA_LINES = 5_000;

export interface SchemaLine extends TreeItem {
  readonly node: SchemaNode;
}

/** The lines of a schema, top to bottom; everything is open but what is in `closed`. */
export function schemaLines(schema: readonly SchemaNode[], closed: ReadonlySet<string>): SchemaLine[] {
  const lines: SchemaLine[] = [];
  const stack = linesOf(schema, '', 0, closed).reverse();
  for (let line = stack.pop(); line !== undefined && lines.length < MAX_SCHEMA_LINES; line = stack.pop()) {
    lines.push(line);
    if (line.expanded === true) stack.push(...linesOf(line.node.children, `${line.id}/`, line.depth + 1, closed).reverse());
  }
  return lines;
}

function linesOf(nodes: readonly SchemaNode[], prefix: string, depth: number, closed: ReadonlySet<string>): SchemaLine[] {
  return nodes.map((node, i) => {
    const id = `${prefix}${i}`;
    const line = { id, node, depth, position: i + 1, siblings: nodes.length };
    return node.children.length === 0 ? line : { ...line, expanded: !closed.has(id) };
  });
}
