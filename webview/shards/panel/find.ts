import type { Row } from '../../../extension/protocol/engine.ts';
import type { Value, ValuePath } from '../../../extension/protocol/values.ts';
import { childrenOf, nodeId, plainText } from './nodes.ts';

/** Matches counted at most; more would not be walked through one by one. */
export const MAX_MATCHES = 10_000;

/** A place where the sought text stands. */
export interface Match {
  readonly id: string;
  readonly column: number;
  /** Containers to open so that it can be seen, and how many of their children must be drawn. */
  readonly ancestors: readonly { readonly id: string; readonly child: number }[];
  readonly part: 'name' | 'value';
  /** UTF-16 units within the text of that part. */
  readonly start: number;
  readonly end: number;
}

interface Place {
  readonly column: number;
  readonly path: ValuePath;
  readonly name: string;
  readonly value: Value;
  readonly ancestors: Match['ancestors'];
}

/** Everywhere in the row where a pattern matches, in the order of drawing; also inside closed containers, and in names if wanted. */
export function findInRow(row: Row, names: readonly string[], pattern: RegExp | null, inNames = true): Match[] {
  if (pattern === null) return [];
  const matches: Match[] = [];
  const stack: Place[] = row.cells
    .map(({ column, value }) => ({ column, path: [], name: names[column] ?? '', value, ancestors: [] }))
    .reverse();
  for (let place = stack.pop(); place !== undefined && matches.length < MAX_MATCHES; place = stack.pop()) {
    const { column, path, ancestors } = place;
    const id = nodeId(column, path);
    if (inNames) collect(matches, pattern, { id, column, ancestors, part: 'name' }, place.name);
    collect(matches, pattern, { id, column, ancestors, part: 'value' }, plainText(place.value) ?? '');
    const children = childrenOf(place.value).map(({ step, name, value }, child) => ({
      column,
      path: [...path, step],
      name,
      value,
      ancestors: [...ancestors, { id, child }],
    }));
    stack.push(...children.reverse());
  }
  return matches;
}

function collect(matches: Match[], pattern: RegExp, where: Pick<Match, 'id' | 'column' | 'ancestors' | 'part'>, text: string): void {
  for (const found of text.matchAll(pattern)) {
    if (matches.length >= MAX_MATCHES) return;
    if (found[0] === '') continue;
    matches.push({ ...where, start: found.index, end: found.index + found[0].length });
  }
}
