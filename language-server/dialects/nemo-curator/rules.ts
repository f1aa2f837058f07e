import { finding, replacement, type Finding } from '../../checks/finding.ts';
import { nearest } from '../../checks/nearest.ts';
import { setting, settingNode } from '../../checks/read.ts';
import { entryOf, isMap, type MapNode, type RecipeNode, type ScalarNode, type Span } from '../../document/nodes.ts';
import type { Recipe } from '../../recipe.ts';
import type { Step } from '../dialect.ts';

export function nemoRules(recipe: Recipe): Finding[] {
  return isMap(recipe.root) ? [...oneOfTwo(recipe.root), ...oneWorkflow(recipe), ...executionMode(recipe, recipe.root), ...interpolations(recipe)] : [];
}

/** Readers of tables, and what looks at texts: the fields stay those of the data. */
export function writesNoField({ operation, args }: Step): boolean {
  if (operation === null || !/\.(?:JsonlReader|ParquetReader|ScoreFilter|Filter)$|\.filters\.\w+(?:\.\w+)*\.\w+Filter$/.test(operation.name)) return false;
  return !isMap(args) || entryOf(args, 'score_field') === undefined;
}

function oneOfTwo(root: MapNode): Finding[] {
  const [stages, workflow] = [entryOf(root, 'stages'), entryOf(root, 'workflow')];
  return stages !== undefined && workflow !== undefined ? [finding('conflicting-parameters', 'error', workflow.key, 'A recipe has stages or a workflow, not both.', { related: { span: stages.key, message: 'The stages.' } })] : [];
}

function oneWorkflow(recipe: Recipe): Finding[] {
  const workflow = settingNode(recipe, 'workflow');
  const second = workflow?.kind === 'list' ? workflow.items[1] : undefined;
  return second === undefined || second === null ? [] : [finding('conflicting-parameters', 'error', { start: second.start, end: Math.min(second.end, second.start + 1) }, 'Exactly one workflow is run.')];
}

function executionMode(recipe: Recipe, root: MapNode): Finding[] {
  const mode = entryOf(root, 'execution_mode');
  const backend = setting(recipe, 'backend');
  return mode !== undefined && typeof backend === 'string' && backend !== 'xenna' ? [finding('ignored-setting', 'warning', mode.key, `execution_mode is of xenna; ${backend} does not look at it.`, { tag: 'unnecessary' })] : [];
}

const REFERENCE = /\$\{([A-Za-z_][\w.]*)\}/g;

/** Keys of the recipe that `${name}` stands for, with where they are mentioned. */
export function references({ root, text }: Recipe): readonly { readonly name: string; readonly span: Span }[] {
  const found: { name: string; span: Span }[] = [];
  const seen = new Set<RecipeNode>();
  const look = (node: RecipeNode | null): void => {
    if (node === null || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') found.push(...mentions(text, node));
    else if (node.kind === 'list') node.items.forEach(look);
    else for (const { value } of node.entries) look(value);
  };
  look(root);
  return found;
}

function mentions(text: string, { start, end, text: value }: ScalarNode): { name: string; span: Span }[] {
  if (!value.includes('${')) return [];
  return [...text.slice(start, end).matchAll(REFERENCE)].map((match) => ({ name: match[1] ?? '', span: { start: start + match.index + 2, end: start + match.index + match[0].length - 1 } }));
}

function interpolations(recipe: Recipe): Finding[] {
  const root = recipe.root as MapNode;
  return references(recipe).flatMap(({ name, span }) => {
    const [top = ''] = name.split('.');
    if (entryOf(root, top) !== undefined) return [];
    const close = nearest(top, root.entries.map(({ key }) => key.text), 2);
    return [finding('used-before-produced', 'error', span, `There is no key ${top} in this recipe for \${${name}} to stand for.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ''}`, { fixes: close.map((each) => replacement(`Change to ${each}`, { start: span.start, end: span.start + top.length }, each)) })];
  });
}
