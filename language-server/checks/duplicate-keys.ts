import type { RecipeNode } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { finding, type Finding } from './finding.ts';

/** A key that stands twice: refused by some loaders, and by the others the last one counts, silently. */
export function duplicateKeys({ root, dialect }: Recipe): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<RecipeNode>();
  const look = (node: RecipeNode | null): void => {
    if (node === null || node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') {
      node.items.forEach(look);
      return;
    }
    const first = new Map<string, (typeof node.entries)[number]['key']>();
    for (const { key, value, merged } of node.entries) {
      const before = merged ? undefined : first.get(key.text);
      if (before !== undefined) {
        const fate = dialect.duplicateKeys === 'refused' ? `${dialect.program} refuses it` : 'this one counts, and the first is ignored silently';
        findings.push(finding('duplicate-key', dialect.duplicateKeys === 'refused' ? 'error' : 'warning', key, `${key.text} stands twice; ${fate}.`, { related: { span: before, message: 'The first one.' } }));
      } else if (!merged) first.set(key.text, key);
      look(value);
    }
  };
  look(root);
  return findings;
}
