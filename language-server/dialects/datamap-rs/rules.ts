import { finding, replacement, type Finding } from '../../checks/finding.ts';
import { nearest } from '../../checks/nearest.ts';
import { argumentNode, argumentScalar, stepsBefore, textArgument } from '../../checks/read.ts';
import type { Span } from '../../document/nodes.ts';
import type { FieldUse, Recipe } from '../../recipe.ts';
import type { Step } from '../dialect.ts';

/** Parameters by which a processor names the field that it writes. */
export const WRITES = ['word_count_field', 'output_field', 'annotation_key', 'status_key', 'hash_destination', 'output_attribute', 'anno_field', 'new_field', 'id_key'];

/** Parameters that name a field which another processor has to have written. */
const READS: Readonly<Record<string, string>> = { word_removal_ratio_filter: 'word_count_field', madlad400_rule_filter: 'annotation_key' };

export function producedFields(recipe: Recipe, step: Step): readonly string[] {
  if (step.operation === null || READS[step.operation.name] === 'word_count_field') return [];
  return WRITES.filter((name) => step.operation?.parameters.some((parameter) => parameter.name === name))
    .map((name) => textArgument(recipe, step, name))
    .filter((name) => name !== null);
}

export function consumedParameter(step: Step): string | null {
  return READS[step.operation?.name ?? ''] ?? null;
}

export function datamapRules(recipe: Recipe): Finding[] {
  return [...recipe.steps.flatMap((step) => fields(recipe, step)), ...stepNames(recipe)];
}

function fields(recipe: Recipe, step: Step): Finding[] {
  const parameter = consumedParameter(step);
  const name = parameter === null ? null : textArgument(recipe, step, parameter);
  if (parameter === null || name === null) return [];
  const before = stepsBefore(recipe, step);
  const known = before.filter((each) => each !== step).flatMap((each) => producedFields(recipe, each));
  if (known.includes(name) || before.some(({ operation }) => operation === null)) return [];
  const place: Span = argumentNode(step, parameter) ?? step.name ?? step.node;
  const close = nearest(name, known, 2);
  const node = argumentScalar(step, parameter);
  return [finding('used-before-produced', 'warning', place, `No processor before writes ${name}.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ''}`, { fixes: node === null ? [] : close.map((each) => replacement(`Change to ${each}`, node, each)), reads: name })];
}

/** Each names an output folder. */
function stepNames({ fields: uses }: Recipe): Finding[] {
  const first = new Map<string, FieldUse>();
  return uses.flatMap((use) => {
    const { parameter, entry, step } = use;
    if (parameter.name !== 'step' || step === null || entry.value?.kind !== 'scalar') return [];
    const name = entry.value.text;
    if (name === 'step_final') return [finding('conflicting-parameters', 'error', entry.value, 'step_final is the folder of what comes out at the end.')];
    const before = first.get(name);
    if (before === undefined) first.set(name, use);
    return before === undefined ? [] : [finding('conflicting-parameters', 'error', entry.value, `Two steps are called ${name}; each needs a folder of its own.`, { related: { span: before.entry.key, message: 'The first one.' } })];
  });
}
