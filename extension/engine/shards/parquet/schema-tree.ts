import type { SchemaNode } from '../../../protocol/shards.ts';

/** An element of the footer's schema list, which is the tree in depth-first order. */
export interface SchemaElement {
  readonly name: string;
  /** Children that follow; 0 for a leaf. */
  readonly children: number;
  readonly physical: string | null;
  readonly logical: string | null;
  readonly converted: string | null;
  readonly details: SchemaNode['details'];
}

/** Nodes shown; a schema of more columns says so in its last node. */
const MAX_NODES = 10_000;
/** Deeper levels are left out: what nests deeper is an attack, and trees are drawn by recursion. */
const MAX_LEVELS = 128;

interface Frame {
  readonly into: SchemaNode[];
  left: number;
}

/** The root's children as a tree; element 0 is the root. Never trusts the counts: they end with the list. */
export function schemaTree(elements: readonly SchemaElement[]): SchemaNode[] {
  const top: SchemaNode[] = [];
  const frames: Frame[] = [{ into: top, left: elements[0]?.children ?? 0 }];
  for (const element of elements.slice(1, MAX_NODES + 1)) {
    while (frames.length > 0 && (frames.at(-1)?.left ?? 0) <= 0) frames.pop();
    const frame = frames.at(-1);
    if (!frame) break;
    frame.left--;
    const children: SchemaNode[] = [];
    if (frames.length <= MAX_LEVELS) frame.into.push({ name: element.name, type: typeText(element), details: element.details, children });
    if (element.children > 0) frames.push({ into: children, left: element.children });
  }
  const missing = elements.length - 1 - MAX_NODES;
  if (missing > 0) top.push({ name: `… and ${missing} more`, type: '', details: [], children: [] });
  return top;
}

function typeText({ physical, logical, converted, children }: SchemaElement): string {
  const meaning = logical ?? converted;
  const base = physical ?? (children > 0 ? 'group' : '');
  return meaning === null ? base : `${base} (${meaning.replace(/\(\)$/, '')})`;
}
