import type { Column } from '../../../extension/protocol/shards.ts';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Value, ValuePath } from '../../../extension/protocol/values.ts';
import type { TreeItem } from '../../controls/tree.tsx';
import { oneLine } from '../format.ts';

/** Children of one container drawn at first, and how many more each time. */
export const CHILDREN_STEP = 100;

/** Lines drawn at most; a tree longer than this is read in a text editor. */
export const MAX_LINES = 5_000;

/** A value of the row, or a place inside one. */
export interface ValueNode extends TreeItem {
  readonly kind: 'value';
  readonly column: Column;
  readonly path: ValuePath;
  readonly name: string;
  readonly value: Value;
}

/** A line that shows more children of the container above it. */
export interface MoreNode extends TreeItem {
  readonly kind: 'more';
  readonly parent: string;
  /** Children that are here but not drawn. */
  readonly hidden: number;
  /** Children drawn once it is pressed. */
  readonly next: number;
}

export type RecordNode = ValueNode | MoreNode;

/** What is open in the tree; ids are column and path, so they hold from row to row. */
export interface Expansion {
  readonly open: ReadonlySet<string>;
  /** Children drawn, by id, where more than `CHILDREN_STEP`. */
  readonly shown: ReadonlyMap<string, number>;
}

/** A child of a container: the step that leads to it, and its name for a person. */
export interface Child {
  readonly step: string | number;
  readonly name: string;
  readonly value: Value;
}

/** The id of a place in the row. */
export function nodeId(column: number, path: ValuePath): string {
  return JSON.stringify([column, ...path]);
}

/** The lines of the record tree, top to bottom. */
export function recordNodes(row: Row, columns: readonly Column[], expansion: Expansion): RecordNode[] {
  const lines: RecordNode[] = [];
  const top = row.cells.flatMap(({ column: index, value }) => {
    const column = columns[index];
    return column === undefined ? [] : [{ column, value }];
  });
  const stack: RecordNode[] = top
    .map(({ column, value }, i) => valueNode(column, [], column.name, value, 0, i + 1, top.length, expansion))
    .reverse();
  for (let line = stack.pop(); line !== undefined && lines.length < MAX_LINES; line = stack.pop()) {
    lines.push(line);
    if (line.kind === 'value' && line.expanded === true) stack.push(...childNodes(line, expansion).reverse());
  }
  return lines;
}

/** What is inside a value; empty for everything but containers. */
export function childrenOf(value: Value): readonly Child[] {
  if (value === null || typeof value !== 'object') return [];
  switch (value.type) {
    case 'list':
      return value.items.map((item, i) => ({ step: i, name: String(i), value: item }));
    case 'struct': {
      const names = new Set<string>();
      // A JSON object may have a key twice: the second is told by its position.
      return value.entries.map(([name, item], i) => {
        const step = names.has(name) ? i : name;
        names.add(name);
        return { step, name, value: item };
      });
    }
    case 'map':
      return value.entries.map(([key, item], i) => ({ step: i, name: plainText(key) ?? String(i), value: item }));
    default:
      return [];
  }
}

/** The text of a value that is text, number, date or truth; null for everything else. */
export function plainText(value: Value): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value === null) return null;
  return value.type === 'number' || value.type === 'temporal' || value.type === 'text' ? value.text : null;
}

/** The kind of a value inside a column, in a word. */
export function typeWord(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return value.type;
}

/** Units of a preview of what a closed container holds. */
const PREVIEW_LENGTH = 120;

/** The beginning of a container on one line, JSON-like. */
export function preview(value: Value): string {
  const parts: string[] = [];
  let length = 0;
  const stack: (Value | { readonly literal: string })[] = [value];
  while (stack.length > 0 && length < PREVIEW_LENGTH) {
    const part = stack.pop();
    const text = part === undefined ? '' : previewPart(part, stack);
    parts.push(text);
    length += text.length;
  }
  const line = oneLine(parts.join(''));
  return line.length > PREVIEW_LENGTH || stack.length > 0 ? `${line.slice(0, PREVIEW_LENGTH)}…` : line;
}

function previewPart(part: Value | { readonly literal: string }, stack: (Value | { readonly literal: string })[]): string {
  if (part === null) return 'null';
  if (typeof part === 'object' && 'literal' in part) return part.literal;
  if (typeof part === 'string') return JSON.stringify(part.slice(0, PREVIEW_LENGTH));
  if (typeof part === 'boolean') return String(part);
  const container = part.type === 'list' || part.type === 'struct' || part.type === 'map';
  if (!container) return part.type === 'text' ? JSON.stringify(part.text.slice(0, PREVIEW_LENGTH)) : (plainText(part) ?? part.type);
  const [opening, closing] = part.type === 'list' ? ['[', ']'] : ['{', '}'];
  stack.push({ literal: closing });
  // Few children fill a preview; the others would only be thrown away.
  const children = childrenOf(part).slice(0, PREVIEW_LENGTH / 2);
  for (const [i, child] of [...children.entries()].reverse()) {
    stack.push(child.value, { literal: `${i > 0 ? ', ' : ''}${part.type === 'list' ? '' : `${child.name}: `}` });
  }
  return opening;
}

function valueNode(
  column: Column,
  path: ValuePath,
  name: string,
  value: Value,
  depth: number,
  position: number,
  siblings: number,
  { open }: Expansion,
): ValueNode {
  const id = nodeId(column.index, path);
  const node = { kind: 'value' as const, id, column, path, name, value, depth, position, siblings };
  return childrenOf(value).length === 0 ? node : { ...node, expanded: open.has(id) };
}

function childNodes(parent: ValueNode, expansion: Expansion): RecordNode[] {
  const children = childrenOf(parent.value);
  const shown = expansion.shown.get(parent.id) ?? CHILDREN_STEP;
  const depth = parent.depth + 1;
  const nodes: RecordNode[] = children
    .slice(0, shown)
    .map(({ step, name, value }, i) =>
      valueNode(parent.column, [...parent.path, step], name, value, depth, i + 1, Math.min(children.length, shown + 1), expansion),
    );
  if (children.length > shown) {
    const hidden = children.length - shown;
    nodes.push({ kind: 'more', id: `${parent.id}+`, parent: parent.id, hidden, next: shown + CHILDREN_STEP, depth, position: shown + 1, siblings: shown + 1 });
  }
  return nodes;
}
