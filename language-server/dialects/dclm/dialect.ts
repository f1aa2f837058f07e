import { entryOf, isMap, isScalar, scalarOf, type RecipeNode } from '../../document/nodes.ts';
import { NO_RENAMES, type Dialect } from '../dialect.ts';
import { ANY, choice, field, list, object, STRING, union, type StepForm, type StepReading, type Type } from '../schema.ts';
import { builtOnce } from '../own.ts';
import { dclmFunctions, type OwnFunctions } from './functions.ts';
import { dclmRules } from './rules.ts';

/** The commit that the functions were read from; DCLM has no releases. */
export const DCLM_VERSION = '2025-09-08';

const SHIPPED = { own: null };
const shipped = builtOnce((from: typeof SHIPPED) => build(from.own));
const built = builtOnce(build as (own: OwnFunctions) => Dialect);

/** DCLM's pipelines: a list of sources, each with steps that name a function. */
export function dclm(own: OwnFunctions | null = null): Dialect {
  return own === null ? shipped(SHIPPED) : built(own);
}

function build(own: OwnFunctions | null): Dialect {
  const form = functionForm(own);
  const source = object('a source', [field('source', STRING, { description: 'Name of the source; the run picks one by `--source_name`.' }), field('steps', list({ kind: 'step', form }), { description: 'The steps, in the order in which they run.' })], true);
  const schema = list(source);
  const conversion = { loader: 'pyyaml', coercion: 'strict' } as const;
  return {
    id: 'dclm',
    version: own?.version ?? DCLM_VERSION,
    program: 'DCLM',
    conversion: { setting: conversion, argument: conversion },
    schema: () => schema,
    forms: [form],
    renames: NO_RENAMES,
    unknownParameter: 'refused',
    unknownOperation: 'refused',
    unknownKey: 'ignored',
    duplicateKeys: 'last',
    rules: [dclmRules],
    ...(own === null ? {} : { root: own.root }),
  };
}

const AGGREGATE: Type = {
  kind: 'map',
  of: union(choice('percentiles', 'histogram'), object('an aggregate', [field('type', choice('percentiles', 'histogram'), { description: 'What is made of the values.' }), field('transform', choice('threshold_transform'), { default: null, description: 'What is done to each value before.' })], true)),
};

function functionForm(own: OwnFunctions | null): StepForm {
  return {
    noun: 'function',
    operations: dclmFunctions(own),
    own: [
      field('func', STRING, { description: 'The function, or a dotted path to one of your own.' }),
      field('_aggregate', AGGREGATE, { default: null, description: 'Statistics of page keys to write after the step.' }),
      field('_profile', ANY, { default: null, description: 'Set by the program.' }),
      field('_safe', ANY, { default: null, description: 'Set by the program.' }),
    ],
    custom: (name) => name.includes('.') || name === 'commit',
    bare: (name) => name === 'commit',
    snippet: ({ name }) => ({ head: `func: ${name}`, indent: 2 }),
    read: readFunction,
  };
}

const OWN = new Set(['func', '_aggregate', '_profile', '_safe']);

function readFunction(node: RecipeNode): StepReading | null {
  if (isScalar(node)) return { name: node, args: null, own: OWN, frame: null };
  if (!isMap(node)) return null;
  // Keys with an underscore in front are not passed on.
  const hidden = node.entries.filter(({ key }) => key.text.startsWith('_')).map(({ key }) => key.text);
  return { name: scalarOf(node, 'func'), args: node, own: new Set([...OWN, ...hidden]), frame: null };
}

export function looksLikeDclm(root: RecipeNode): boolean {
  return root.kind === 'list' && root.items.some((item) => isMap(item) && entryOf(item, 'source') !== undefined && hasFunctions(entryOf(item, 'steps')?.value));
}

/** A list of steps, or nothing yet. */
function hasFunctions(steps: RecipeNode | null | undefined): boolean {
  if (steps === null) return true;
  return steps?.kind === 'list' && steps.items.some((item) => item === null || (isMap(item) && entryOf(item, 'func') !== undefined));
}
