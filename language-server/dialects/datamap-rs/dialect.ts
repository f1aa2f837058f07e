import { entryOf, isMap, isScalar, scalarOf, type RecipeNode } from '../../document/nodes.ts';
import type { Dialect, Successor } from '../dialect.ts';
import { ANY, field, list, object, optional, STRING, type StepForm, type StepReading, type Type } from '../schema.ts';
import { datamapProcessors } from './processors.ts';
import { datamapRules } from './rules.ts';

/** The commit that the processors were read from; datamap-rs has no releases. */
export const DATAMAP_VERSION = '2026-03-06';

let made: Dialect | null = null;

/** Pipelines of datamap-rs: processors with their arguments in `kwargs`. */
export function datamap(): Dialect {
  made ??= build();
  return made;
}

/** What published configurations write, and the code does not read. */
const MISTAKES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  substring_line_modifier: [['max_length', 'max_len']],
  regex_line_modifier: [['regex_string', 'regex']],
};

function build(): Dialect {
  const form = processorForm();
  const step: Type = { kind: 'step', form };
  const schema = object('the pipeline', [
    field('name', STRING, { default: null, description: 'Name of the pipeline.' }),
    field('text_field', STRING, { default: 'text', role: 'column', description: 'Field that holds the text; every processor gets it.' }),
    field('pipeline', optional(list(step)), { description: 'The processors, in the order in which they run.' }),
  ], true);
  const conversion = { loader: 'serde', coercion: 'default' } as const;
  return {
    id: 'datamap-rs',
    version: DATAMAP_VERSION,
    program: 'datamap-rs',
    conversion: { setting: conversion, argument: conversion },
    schema: () => schema,
    forms: [form],
    renames: { operations: new Map(), parameters: new Map(Object.entries(MISTAKES).map(([op, olds]) => [op, new Map(olds.map(([old, now]) => [old, mistake(now)]))])) },
    unknownParameter: 'ignored',
    unknownOperation: 'refused',
    unknownKey: 'ignored',
    duplicateKeys: 'refused',
    rules: [datamapRules],
  };
}

function mistake(now: string): Successor {
  return { now, since: 'the code reads this name', inferred: true };
}

/** In newer or other revisions; what they take is not known here. */
const ELSEWHERE = new Set(['linear_transform_annotator', 'jq_annotator', 'ultrafine_commit_annotator', 'santcoder_pl_filter']);

function processorForm(): StepForm {
  return {
    noun: 'processor',
    operations: datamapProcessors(),
    own: [
      field('name', STRING, { description: 'The processor.' }),
      field('kwargs', ANY, { default: {}, description: 'Its arguments.' }),
      field('step', STRING, { default: null, description: 'Name of the output folder of this step; not twice, and not `step_final`.' }),
      field('id', STRING, { default: null, description: 'A label, in revisions that write one.' }),
      field('type', STRING, { default: null, description: '`group`, in revisions that know groups.' }),
      field('pipeline', ANY, { default: null, description: 'The processors of a group.' }),
    ],
    custom: (name) => ELSEWHERE.has(name),
    bare: () => false,
    snippet: ({ name }) => ({ head: `name: ${name}`, indent: 2 }),
    read: readProcessor,
  };
}

const NONE: ReadonlySet<string> = new Set();

function readProcessor(node: RecipeNode): StepReading | null {
  if (isScalar(node)) return { name: node, args: null, own: NONE, frame: null };
  if (!isMap(node)) return null;
  const group = entryOf(node, 'pipeline')?.value;
  if (group?.kind === 'list') return { name: scalarOf(node, 'name'), args: null, own: NONE, frame: null, nested: group };
  return { name: scalarOf(node, 'name'), args: entryOf(node, 'kwargs')?.value ?? null, own: new Set(['name', 'kwargs']), frame: node };
}

export function looksLikeDatamap(root: RecipeNode): boolean {
  if (!isMap(root)) return false;
  const pipeline = entryOf(root, 'pipeline')?.value;
  if (pipeline?.kind !== 'list') return false;
  const names = pipeline.items.map((item) => (isMap(item) ? (scalarOf(item, 'name')?.text ?? null) : null));
  const telling = names.some((name) => name !== null && /_(?:filter|modifier|annotator|adder|getter|extractor)$|^(?:subsample|add_id)$/.test(name));
  return telling || (entryOf(root, 'text_field') !== undefined && names.some((name) => name !== null));
}
