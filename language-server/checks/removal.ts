import { trimmedEnd } from '../document/lines.ts';
import type { RecipeNode, ScalarNode } from '../document/nodes.ts';
import type { Fix } from './finding.ts';

/** Takes a key with its value out of a block map, by whole lines; null where it shares its line with others. */
export function removal(text: string, { key, value, merged }: { readonly key: ScalarNode; readonly value: RecipeNode | null; readonly merged: boolean }): Fix | null {
  const start = text.lastIndexOf('\n', key.start - 1) + 1;
  if (merged || text.slice(start, key.start).trim() !== '') return null;
  const last = trimmedEnd(text, Math.max(key.end, value?.end ?? 0));
  const end = text.indexOf('\n', last);
  const rest = text.slice(last, end === -1 ? text.length : end);
  if (!/^\s*:?\s*(?:#.*)?$/.test(rest)) return null;
  return { title: `Remove ${key.text}`, edits: [{ start, end: end === -1 ? text.length : end + 1, text: '' }] };
}
