import { finding, replacement, type Finding } from '../../checks/finding.ts';
import { nearest } from '../../checks/nearest.ts';
import { argsOf, argument, argumentNode, argumentScalar, stepsAfter, stepsBefore, textArgument } from '../../checks/read.ts';
import { entryOf, type Span } from '../../document/nodes.ts';
import type { Recipe } from '../../recipe.ts';
import type { Step } from '../dialect.ts';

/** The page key that a step writes; null for one that writes none. */
export function producedKey(recipe: Recipe, step: Step): string | null {
  switch (step.operation?.name) {
    case 'detect_lang_whole_page_enricher':
    case 'detect_lang_paragraph_enricher':
      return `${textArgument(recipe, step, 'key_prefix') ?? ''}_${textArgument(recipe, step, 'model') ?? ''}`;
    case 'classify_fasttext_hq_prob_enricher':
    case 'ken_lm_perplexity_enricher':
    case 'word_counter_enricher':
    case 'line_counter_enricher':
      return textArgument(recipe, step, 'key');
    case 'key_name_modifier':
      return textArgument(recipe, step, 'new_key');
    default:
      return null;
  }
}

/** The parameter that names a page key which an enricher has to have written. */
export function consumedParameter(step: Step): string | null {
  switch (step.operation?.name) {
    case 'language_filter':
    case 'quality_filter':
      return 'key';
    case 'word_removal_ratio_filter':
      return 'prev_word_count_key';
    default:
      return null;
  }
}

export function dclmRules(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => [...keys(recipe, step), ...overwrites(recipe, step), ...globalStep(recipe, step), ...banlists(step), ...lines(recipe, step), ...lengthArguments(recipe, step), ...seeds(recipe, step), ...minimum(step)]);
}

function keys(recipe: Recipe, step: Step): Finding[] {
  const parameter = consumedParameter(step);
  const key = parameter === null ? null : textArgument(recipe, step, parameter);
  if (parameter === null || key === null) return [];
  const before = stepsBefore(recipe, step);
  if (before.some((each) => each.operation === null)) return [];
  const known = before.map((each) => producedKey(recipe, each)).filter((each) => each !== null);
  if (known.includes(key)) return [];
  const place: Span = argumentNode(step, parameter) ?? step.name ?? step.node;
  const later = stepsAfter(recipe, step).find((each) => producedKey(recipe, each) === key);
  if (later !== undefined) return [finding('used-before-produced', 'error', place, `${key} is written by ${later.operation?.name ?? ''}, which comes later.`, { related: { span: later.name ?? later.node, message: 'It is written here.' }, reads: key })];
  const close = known.length === 1 ? known : nearest(key, known, 2);
  const node = argumentScalar(step, parameter);
  return [finding('used-before-produced', 'warning', place, `No step before writes ${key}; the filter fails on every page unless the data brings it along.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ''}`, { fixes: node === null ? [] : close.map((each) => replacement(`Change to ${each}`, node, each)), reads: key })];
}

function overwrites(recipe: Recipe, step: Step): Finding[] {
  const key = producedKey(recipe, step);
  if (key === null || argument(recipe, step, 'overwrite') === true || argument(recipe, step, 'allow_overwrite') === true) return [];
  const first = stepsBefore(recipe, step).find((each) => producedKey(recipe, each) === key);
  if (first === undefined || step.operation?.name === 'key_name_modifier') return [];
  return [finding('conflicting-parameters', 'error', step.name ?? step.node, `${key} is already there, and ${step.operation?.name ?? 'the step'} fails on every page unless overwrite is true.`, { related: { span: first.name ?? first.node, message: 'It is written here.' } })];
}

/** The one function over all shards cuts the steps into parts, and there is none before the first. */
function globalStep(recipe: Recipe, step: Step): Finding[] {
  if (step.operation?.kind !== 'global function' || stepsBefore(recipe, step).some(({ operation }) => operation !== null)) return [];
  return [finding('step-order', 'error', step.name ?? step.node, `${step.operation.name} cannot be the first step.`)];
}

function banlists(step: Step): Finding[] {
  const { operation, name } = step;
  if (operation === null || !operation.parameters.some((parameter) => parameter.name === 'banlist_from_fname')) return [];
  const args = argsOf(step);
  const [own, file] = ['banlist', 'banlist_from_fname'].map((key) => (args === null ? undefined : entryOf(args, key)));
  if (own === undefined && file === undefined) return [finding('incomplete-parameters', 'error', name ?? step.node, `${operation.name} needs banlist or banlist_from_fname.`)];
  return own !== undefined && file !== undefined ? [finding('conflicting-parameters', 'warning', own.key, 'banlist is not looked at while banlist_from_fname is given.', { tag: 'unnecessary' })] : [];
}

function lines(recipe: Recipe, step: Step): Finding[] {
  const name = step.operation?.name;
  if (name === 'split_lines_modifier' && !stepsAfter(recipe, step).some(({ operation }) => operation?.name === 'join_lines_modifier')) {
    return [finding('used-before-produced', 'warning', step.name ?? step.node, 'The text stays a list of lines: no join_lines_modifier follows.')];
  }
  if (name === 'join_lines_modifier' && !stepsBefore(recipe, step).some(({ operation }) => operation?.name === 'split_lines_modifier' || operation === null)) {
    return [finding('used-before-produced', 'warning', step.name ?? step.node, 'The text is no list of lines here: no split_lines_modifier comes before.')];
  }
  return [];
}

const WORDS = ['model', 'ignore_punctuation', 'ignore_whitespace'];
const SENTENCES = ['tokenizer', 'tokenizer_lang', 'remove_empty'];

/** What `page_length_filter` passes on to the function that splits by `length_type`. */
function lengthArguments(recipe: Recipe, step: Step): Finding[] {
  if (step.operation?.name !== 'page_length_filter') return [];
  const type = textArgument(recipe, step, 'length_type');
  const refused = type === 'word' ? SENTENCES : type === 'sentence' ? WORDS : type === 'line' || type === 'paragraph' ? [...WORDS, 'tokenizer', 'tokenizer_lang'] : [];
  const entries = argsOf(step)?.entries ?? [];
  return entries.filter(({ key }) => refused.includes(key.text)).map(({ key }) => finding('conflicting-parameters', 'error', key, `length_type: ${type ?? ''} takes no ${key.text}; the step fails on every page.`));
}

function seeds(recipe: Recipe, step: Step): Finding[] {
  if (step.operation?.name !== 'detect_lang_whole_page_enricher' || textArgument(recipe, step, 'model') !== 'fasttext') return [];
  const seed = argumentNode(step, 'seed');
  if (seed === undefined || seed === null || argument(recipe, step, 'seed') === null) return [];
  return [finding('conflicting-parameters', 'error', seed, 'fasttext takes no seed; the step fails on every page.')];
}

function minimum(step: Step): Finding[] {
  const node = argumentNode(step, 'max_alnum_ratio');
  if (step.operation?.name !== 'alphanumeric_char_ratio_filter' || node === undefined || node === null) return [];
  return [finding('mistaken-meaning', 'hint', node, 'In spite of its name this is a minimum: pages with a smaller share are dropped.')];
}
