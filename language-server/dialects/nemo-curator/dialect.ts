import { entryOf, isMap, isScalar, scalarOf, type RecipeNode } from '../../document/nodes.ts';
import { NO_RENAMES, type Dialect } from '../dialect.ts';
import { ANY, choice, field, list, object, optional, STRING, type StepForm, type StepReading, type Type } from '../schema.ts';
import { builtOnce } from '../own.ts';
import { nemoClasses, PUBLISHED, type OwnClasses, type RawClasses } from './classes.ts';
import { nemoRules } from './rules.ts';

const built = builtOnce(build);

/** NeMo Curator's Hydra recipes: stages or a workflow, each an object by `_target_`. */
export function nemoCurator(own: OwnClasses | null = null): Dialect {
  return built(own ?? PUBLISHED);
}

function build(known: RawClasses & { readonly version: string; readonly root?: string }): Dialect {
  const form = targetForm(known);
  const step: Type = { kind: 'step', form };
  const schema = object('the recipe', [
    field('stages', optional(list(step)), { default: null, description: 'The stages of a pipeline, in the order in which they run.' }),
    field('workflow', optional(list(step)), { default: null, description: 'One workflow, instead of stages.' }),
    field('ray_client', optional(step), { default: null, description: 'The Ray cluster.' }),
    field('backend', choice('xenna', 'ray_data'), { default: 'xenna', description: 'What runs the stages.' }),
    field('execution_mode', choice('streaming', 'batch'), { default: 'streaming', description: 'How xenna runs them.' }),
    field('defaults', ANY, { default: null, description: 'Other files that Hydra puts in.' }),
    field('hydra', ANY, { default: null, description: 'Settings of Hydra itself.' }),
    field('documentation', STRING, { default: '', description: 'For people.' }),
  ], true);
  const conversion = { loader: 'python-floats', coercion: 'omegaconf' } as const;
  return {
    id: 'nemo-curator',
    version: known.version,
    program: `NeMo Curator ${known.version}`,
    conversion: { setting: conversion, argument: conversion },
    schema: () => schema,
    forms: [form],
    renames: NO_RENAMES,
    unknownParameter: 'refused',
    unknownOperation: 'refused',
    unknownKey: 'refused',
    duplicateKeys: 'refused',
    rules: [nemoRules],
    ...(known.root === undefined ? {} : { root: known.root }),
  };
}

const OWN = new Set(['_target_', '_args_', '_partial_', '_recursive_', '_convert_', 'resources']);

function targetForm(known: RawClasses): StepForm {
  const functions = new Set(known.functions);
  return {
    noun: 'stage',
    operations: nemoClasses(known),
    own: [
      field('_target_', STRING, { description: 'The class, by its Python path.' }),
      field('_args_', ANY, { default: [], description: 'Arguments by position.' }),
      field('_partial_', ANY, { default: false, description: 'Makes a function that makes the object.' }),
      field('_recursive_', ANY, { default: true, description: 'Makes the objects inside first.' }),
      field('_convert_', choice('none', 'partial', 'object', 'all'), { default: 'none', description: 'What maps and lists become.' }),
      field('resources', ANY, { default: null, description: 'CPUs and GPUs of the stage.' }),
    ],
    custom: (name) => !name.startsWith('nemo_curator.') || functions.has(name),
    bare: () => false,
    anywhere: true,
    snippet: ({ name }) => ({ head: `_target_: ${name}`, indent: 2 }),
    read: readTarget,
  };
}

function readTarget(node: RecipeNode): StepReading | null {
  if (isScalar(node)) return { name: node, args: null, own: OWN, frame: null };
  if (!isMap(node) || entryOf(node, '_target_') === undefined) return null;
  return { name: scalarOf(node, '_target_'), args: node, own: OWN, frame: null };
}

/** `stages` or `workflow` with an object of nemo_curator anywhere in the first few. */
export function looksLikeNemo(root: RecipeNode): boolean {
  if (!isMap(root)) return false;
  return ['stages', 'workflow', 'ray_client'].some((key) => hasTarget(entryOf(root, key)?.value));
}

function hasTarget(node: RecipeNode | null | undefined): boolean {
  if (node?.kind === 'list') return node.items.some(hasTarget);
  return isMap(node) && (scalarOf(node, '_target_')?.text.startsWith('nemo_curator.') ?? false);
}
