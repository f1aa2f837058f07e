import { parseDocument } from 'yaml';
import { parseRecipe } from '../document/parse.ts';
import type { RecipeNode } from '../document/nodes.ts';

/**
 * The text with even indentation, comments, blank lines, quotes and anchors kept. Null where it cannot be read, or
 * where anything but white space would change: then nothing is touched.
 */
export function format(text: string, indent: number): string | null {
  const before = parseRecipe(text);
  if (before.root === null || before.problems.length > 0 || before.cutAt !== null || /^\s*[{[]/.test(text)) return null;
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const written = document.toString({ indent, lineWidth: 0, flowCollectionPadding: /[{[] /.test(text), indentSeq: true });
  const after = parseRecipe(written);
  const same = after.problems.length === 0 && JSON.stringify(shape(after.root)) === JSON.stringify(shape(before.root)) && commentsOf(written) === commentsOf(text);
  return same ? written : null;
}

/** What is written, without where. */
function shape(node: RecipeNode | null, depth = 0): unknown {
  if (node === null || depth > 50) return null;
  if (node.kind === 'scalar') return [node.text, node.plain];
  if (node.kind === 'list') return node.items.map((item) => shape(item, depth + 1));
  return Object.fromEntries(node.entries.map(({ key, value }, i) => [`${i} ${key.text}`, shape(value, depth + 1)]));
}

/** How many comments there are, and what they say. */
function commentsOf(text: string): string {
  return (text.match(/(?:^|[ \t])#[^\n]*/gm) ?? []).map((comment) => comment.trim()).sort().join('\n');
}
