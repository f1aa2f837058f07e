import { finding, replacement, type Finding } from '../../../checks/finding.ts';
import { setting, textArgument } from '../../../checks/read.ts';
import type { Recipe } from '../../../recipe.ts';
import type { Step } from '../../dialect.ts';

/** Deduplicators of one machine, and what does the same under Ray. */
const RAY_VARIANTS: Readonly<Record<string, string>> = {
  document_deduplicator: 'ray_document_deduplicator',
  document_minhash_deduplicator: 'ray_bts_minhash_deduplicator',
  document_minhash_deduplicator_with_uid: 'ray_bts_minhash_deduplicator_with_uid',
  image_deduplicator: 'ray_image_deduplicator',
  video_deduplicator: 'ray_video_deduplicator',
};

const ONE_MACHINE: ReadonlyMap<string, string> = new Map(Object.entries(RAY_VARIANTS).map(([plain, ray]) => [ray, plain]));

/** The op that does the same under the other executor; null where there is none. */
export function otherVariant(name: string): string | null {
  return RAY_VARIANTS[name] ?? ONE_MACHINE.get(name) ?? null;
}

/** Ops that the executor of the recipe does not run. */
export function executorSupport(recipe: Recipe): Finding[] {
  const given = setting(recipe, 'executor_type');
  const executor = typeof given === 'string' ? given : 'default';
  return recipe.steps.flatMap((step) => {
    const { operation, name } = step;
    if (operation === null || name === null || operation.executors === undefined || operation.executors.includes(executor) || runsByRedis(recipe, step)) return [];
    const variant = otherVariant(operation.name);
    const use = variant === null ? '' : ` Use ${variant}.`;
    const fixes = variant === null ? [] : [replacement(`Replace by ${variant}`, name, variant)];
    return [finding('unsupported-executor', 'error', name, `${operation.name} does not run under executor_type ${executor}.${use}`, { fixes })];
  });
}

/** Before the preflight forbade it, those that count in Redis needed no Ray. */
function runsByRedis(recipe: Recipe, step: Step): boolean {
  return recipe.dialect.version === '1.4.3' && textArgument(recipe, step, 'backend') === 'redis';
}

/** Tools that Ray leaves out. */
export function settingsUnderRay(recipe: Recipe): Finding[] {
  if (!String(setting(recipe, 'executor_type')).startsWith('ray')) return [];
  return recipe.fields
    .filter(({ step, object, entry }) => step === null && object?.title === 'the recipe' && /^(?:open_tracer|use_checkpoint)$/.test(entry.key.text) && setting(recipe, entry.key.text) === true)
    .filter(({ entry }) => !(recipe.dialect.version !== '1.4.3' && entry.key.text === 'open_tracer'))
    .map(({ entry }) => finding('ignored-setting', 'warning', entry.key, `${entry.key.text} is not supported under ray.`, { tag: 'unnecessary' }));
}
