import { finding, type Finding } from '../../../checks/finding.ts';
import { stepsAfter, stepsBefore } from '../../../checks/read.ts';
import type { Recipe } from '../../../recipe.ts';
import type { Operation } from '../../schema.ts';
import type { Step } from '../../dialect.ts';

/** Orders that cost time, or make a step do less than it could. Hints only: there may be reasons. */
export function stepOrder(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => {
    const rules = [costlyBeforeCheap, duplicatesBeforeFilters, duplicatesBeforeChanges, languageFirst, shortDocuments];
    return rules.flatMap((rule) => {
      const found = step.operation === null || step.name === null ? null : rule(recipe, step, step.operation);
      return found === null ? [] : [found];
    });
  });
}

const isCheapFilter = ({ operation }: Step): boolean => operation?.kind === 'filter' && !operation.cost.model && !operation.cost.gpu && operation.name.match(/^(?:text_length|alphanumeric|average_line_length|maximum_line_length|character_repetition|word_repetition|words_num|special_characters|stopwords|flagged_words|suffix|image_shape|image_size|image_aspect_ratio|specified_numeric_field|specified_field)_filter$/) !== null;

function hint(step: Step, message: string, other: Step, note: string): Finding {
  return finding('step-order', 'hint', step.name ?? step.node, message, { related: { span: other.name ?? other.node, message: note } });
}

function costlyBeforeCheap(recipe: Recipe, step: Step, { cost, name, kind }: Operation): Finding | null {
  if (!(cost.gpu || cost.api) || (kind !== 'filter' && kind !== 'mapper')) return null;
  const cheap = stepsAfter(recipe, step).find(isCheapFilter);
  return cheap === undefined ? null : hint(step, `${name} runs a model on samples that a cheap filter drops later; ${cheap.operation?.name ?? 'the filter'} could come first.`, cheap, 'The cheap filter.');
}

const NEAR_DUPLICATES = /(?:minhash|simhash)/;

function duplicatesBeforeFilters(recipe: Recipe, step: Step, { name, kind }: Operation): Finding | null {
  if (kind !== 'deduplicator' || !NEAR_DUPLICATES.test(name)) return null;
  const cheap = stepsAfter(recipe, step).find(isCheapFilter);
  return cheap === undefined ? null : hint(step, `${name} compares samples that a cheap filter drops later; ${cheap.operation?.name ?? 'the filter'} could come first.`, cheap, 'The cheap filter.');
}

const CHANGES_TEXT = /^(?:whitespace_normalization|punctuation_normalization|fix_unicode|clean_\w+|remove_\w+|replace_content|expand_macro|chinese_convert)_mapper$/;

function duplicatesBeforeChanges(recipe: Recipe, step: Step, { name, kind }: Operation): Finding | null {
  if (kind !== 'deduplicator' || !/^(?:ray_(?:bts_minhash|document)|document)_/.test(name)) return null;
  const [next] = stepsAfter(recipe, step);
  if (next?.operation === null || next === undefined || !CHANGES_TEXT.test(next.operation.name)) return null;
  return hint(step, `${next.operation.name} makes texts equal that are not yet when ${name} compares them.`, next, 'It changes the text.');
}

function languageFirst(recipe: Recipe, step: Step, { name }: Operation): Finding | null {
  if (!/^(?:perplexity|flagged_words|stopwords)_filter$/.test(name)) return null;
  const language = stepsAfter(recipe, step).find(({ operation }) => operation?.name === 'language_id_score_filter');
  return language === undefined ? null : hint(step, `${name} measures by one language, and texts of others are dropped only later.`, language, 'The language is found here.');
}

function shortDocuments(recipe: Recipe, step: Step, { name, kind }: Operation): Finding | null {
  if (kind !== 'deduplicator' || !/minhash/.test(name)) return null;
  if (stepsBefore(recipe, step).some(({ operation }) => /^(?:text_length|words_num|token_num)_filter$/.test(operation?.name ?? '') || operation === null)) return null;
  return finding('step-order', 'hint', step.name ?? step.node, `Texts with fewer tokens than window_size share one signature, or fail and are dropped; no filter by length stands before ${name}.`);
}
