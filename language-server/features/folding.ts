import { isMap } from '../document/nodes.ts';
import { trimmedEnd, type LineIndex } from '../document/lines.ts';
import type { Recipe } from '../recipe.ts';

export interface Fold {
  readonly startLine: number;
  readonly endLine: number;
}

/** Each step, and each setting that has more than a line. */
export function folds({ root, steps, text }: Recipe, lines: LineIndex): Fold[] {
  const spans = steps.map(({ node, name }) => ({ start: Math.min(node.start, name?.start ?? node.start), end: node.end }));
  if (isMap(root)) spans.push(...root.entries.filter(({ value, merged }) => !merged && value !== null).map(({ key, value }) => ({ start: key.start, end: value?.end ?? key.end })));
  return spans
    .map(({ start, end }) => ({ startLine: lines.position(start).line, endLine: lines.position(trimmedEnd(text, end)).line }))
    .filter(({ startLine, endLine }) => endLine > startLine);
}
