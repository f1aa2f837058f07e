import { isScalar, type Entry, type RecipeNode } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { finding, type Finding } from './finding.ts';

const SECRET_KEY = /^(?:.*_)?(?:api_key|apikey|secret|secret_key|secret_access_key|access_key_id|password|passwd|access_token|auth_token|session_token|hf_token|bearer_token)$/i;

/** What people write where a secret will go. */
const PLACEHOLDER = /^$|^(?:your|my|the|an?|some|example|sample|dummy|test|fake)[-_ ]|^(?:null|none|todo|changeme|secret|password|token|api_key)$|^<.*>$|^\{\{.*\}\}$|\$\{|^\$[A-Z_]+$|^[x*.]+$|^\?\?\?$/i;

/** Keys and passwords belong into the environment: a recipe is committed, copied and logged. */
export function secretsInRecipe({ root }: Recipe): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<RecipeNode>();
  const look = (node: RecipeNode | null): void => {
    if (node === null || node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') node.items.forEach(look);
    else for (const entry of node.entries) {
      const found = secretOf(entry);
      if (found !== null) findings.push(found);
      look(entry.value);
    }
  };
  look(root);
  return findings;
}

function secretOf({ key, value, merged }: Entry): Finding | null {
  if (merged || !SECRET_KEY.test(key.text) || !isScalar(value) || PLACEHOLDER.test(value.text)) return null;
  return finding('secret-in-recipe', 'warning', value, `${key.text} is written into the recipe, where everybody who sees the file sees it; give it by the environment.`);
}
