import type { Entry, RecipeNode } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { finding, type Finding, type Fix } from './finding.ts';
import { removal } from './removal.ts';

/** A key that stands twice: refused by some loaders, and by the others the last one counts, silently. */
export function duplicateKeys({ root, dialect, text }: Recipe): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<RecipeNode>();
  const look = (node: RecipeNode | null): void => {
    if (node === null || node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') {
      node.items.forEach(look);
      return;
    }
    const first = new Map<string, Entry>();
    for (const entry of node.entries) {
      const { key, value, merged } = entry;
      const before = merged ? undefined : first.get(key.text);
      if (before !== undefined) {
        const fate = dialect.duplicateKeys === 'refused' ? `${dialect.program} refuses it` : 'this one counts, and the first is ignored silently';
        findings.push(finding('duplicate-key', dialect.duplicateKeys === 'refused' ? 'error' : 'warning', key, `${key.text} stands twice; ${fate}.`, { related: { span: before.key, message: 'The first one.' }, fixes: firstRemoved(text, before) }));
      } else if (!merged) first.set(key.text, entry);
      look(value);
    }
  };
  look(root);
  return findings;
}

/** The one that most programs read over. */
function firstRemoved(text: string, entry: Entry): Fix[] {
  const fix = removal(text, entry);
  return fix === null ? [] : [{ ...fix, title: `Remove the first ${entry.key.text}` }];
}
