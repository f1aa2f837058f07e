import { finding, replacement, type Finding } from '../../../checks/finding.ts';
import { nearest } from '../../../checks/nearest.ts';
import { argumentScalar, stepsAfter, stepsBefore } from '../../../checks/read.ts';
import type { ScalarNode, Span } from '../../../document/nodes.ts';
import type { Recipe } from '../../../recipe.ts';
import type { Step } from '../../dialect.ts';

/** `__dj__stats__.text_len`: a stat or a tag that an op writes. */
const WRITTEN = /__dj__(?:stats|meta)__\.[A-Za-z0-9_]+/g;

const READERS = ['field_key', 'filter_condition'];

/** Mentions of stats and tags in the arguments of a step, with their place. */
export function mentions({ text }: Recipe, step: Step): readonly { readonly name: string; readonly span: Span; readonly node: ScalarNode }[] {
  return READERS.flatMap((parameter) => {
    const node = argumentScalar(step, parameter);
    return node === null ? [] : [...text.slice(node.start, node.end).matchAll(WRITTEN)].map((match) => ({ name: match[0], span: { start: node.start + match.index, end: node.start + match.index + match[0].length }, node }));
  });
}

const NAMES_TAG = /(?:^|_)(?:tag_field_name|meta_output_key|output_key|tables_field_name|labels_key|label_key|score_key|frame_field)$/;

/** Where the arguments of a step choose the name of a tag that it writes. */
export function chosenTags({ operation, args }: Step): readonly ScalarNode[] {
  const names = new Set((operation?.parameters ?? []).map(({ name }) => name).filter((name) => NAMES_TAG.test(name)));
  if (args?.kind !== 'map' || names.size === 0) return [];
  return args.entries.flatMap(({ key, value }) => (names.has(key.text) && value?.kind === 'scalar' && value.text !== '' ? [value] : []));
}

/** What an op writes; with a name that its arguments choose where they do. */
export function produced(step: Step): readonly string[] {
  return [...(step.operation?.produces ?? []), ...chosenTags(step).map(({ text }) => `${TAG}${text}`)];
}

/** What names of tags begin with where they are read. */
export const TAG = '__dj__meta__.';

/** Stats and tags have to be written before they are read. */
export function dataFlow(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => {
    const before = stepsBefore(recipe, step);
    // An op of the user's own may write anything.
    if (before.some(({ operation }) => operation === null)) return [];
    const known = new Set(before.flatMap(produced));
    return mentions(recipe, step)
      .filter(({ name }) => !known.has(name) && (step.operation === null || !step.operation.produces.includes(name)))
      .map((mention) => missing(recipe, step, mention, known));
  });
}

function missing(recipe: Recipe, step: Step, { name, span }: { name: string; span: Span }, known: ReadonlySet<string>): Finding {
  const later = stepsAfter(recipe, step).find((each) => produced(each).includes(name));
  if (later !== undefined) {
    const related = { related: { span: later.name ?? later.node, message: `${later.operation?.name ?? ''} writes it.` }, reads: name };
    return finding('used-before-produced', 'warning', span, `${name} is written by ${later.operation?.name ?? 'a step'}, which comes later.`, related);
  }
  const makers = [...recipe.dialect.forms.flatMap(({ operations }) => [...operations.values()])].filter(({ produces }) => produces.includes(name)).map((operation) => operation.name);
  const close = nearest(name, known, 2);
  const hint = close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : makers.length > 0 ? ` ${makers.slice(0, 3).join(' or ')} writes it.` : '';
  return finding('used-before-produced', 'warning', span, `No step before writes ${name}; it is there only if the data brings it along.${hint}`, { fixes: close.map((each) => replacement(`Change to ${each}`, span, each)), reads: name });
}
