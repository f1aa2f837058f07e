import { finding, replacement, type Finding } from '../../../checks/finding.ts';
import { insertion } from '../../../checks/insertion.ts';
import { argsOf, argument, argumentNode, argumentScalar, numberArgument, textArgument } from '../../../checks/read.ts';
import type { Span } from '../../../document/nodes.ts';
import type { Recipe } from '../../../recipe.ts';
import type { Step } from '../../dialect.ts';

/** What parameters of one op have to do with each other. */
export function crossParameters(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => [...simhashBlocks(recipe, step), ...minhashBands(recipe, step), ...sentencePiece(recipe, step), ...topOf(recipe, step), ...strategyText(step)]);
}

function place(step: Step, ...names: readonly string[]): Span {
  const given = names.map((name) => argumentNode(step, name)).find((node) => node !== undefined && node !== null);
  return given ?? step.name ?? step.node;
}

function simhashBlocks(recipe: Recipe, step: Step): Finding[] {
  const distance = numberArgument(recipe, step, 'hamming_distance');
  const blocks = numberArgument(recipe, step, 'num_blocks');
  if (step.operation?.name !== 'document_simhash_deduplicator' || distance === null || blocks === null || distance < blocks) return [];
  const node = argumentScalar(step, 'hamming_distance') ?? argumentScalar(step, 'num_blocks');
  const fixes = node !== null && blocks > 1 && argumentScalar(step, 'hamming_distance') !== null ? [replacement(`Change to ${blocks - 1}`, node, String(blocks - 1))] : [];
  return [finding('conflicting-parameters', 'error', place(step, 'hamming_distance', 'num_blocks'), `hamming_distance has to be below num_blocks: ${distance} is not below ${blocks}.`, { fixes })];
}

function minhashBands(recipe: Recipe, step: Step): Finding[] {
  const [permutations, bands, rows] = ['num_permutations', 'num_bands', 'num_rows_per_band'].map((name) => numberArgument(recipe, step, name));
  if (permutations === null || permutations === undefined || typeof bands !== 'number' || typeof rows !== 'number' || bands * rows <= permutations) return [];
  return [finding('conflicting-parameters', 'error', place(step, 'num_bands'), `num_bands times num_rows_per_band is ${bands * rows}, more than the ${permutations} permutations of a signature.`)];
}

function sentencePiece(recipe: Recipe, step: Step): Finding[] {
  if (textArgument(recipe, step, 'tokenization') !== 'sentencepiece') return [];
  const model = argument(recipe, step, 'tokenizer_model');
  if (typeof model === 'string' && model !== '') return [];
  const parameter = step.operation?.parameters.find(({ name }) => name === 'tokenizer_model');
  const fix = parameter === undefined || argumentNode(step, 'tokenizer_model') !== undefined ? null : insertion(recipe.text, { map: argsOf(step), below: null }, parameter);
  return [finding('incomplete-parameters', 'error', place(step, 'tokenization'), 'tokenization: sentencepiece needs the path of a model in tokenizer_model.', { fixes: fix === null ? [] : [fix] })];
}

function topOf(recipe: Recipe, step: Step): Finding[] {
  const name = step.operation?.name;
  const pairs = [['top_ratio', 'topk'], ['select_ratio', 'select_num']] as const;
  const both = pairs.find((pair) => pair.every((each) => argument(recipe, step, each) !== null && argumentNode(step, each) !== undefined));
  if (name === undefined || both === undefined || !name.endsWith('_selector')) return [];
  return [finding('conflicting-parameters', 'information', place(step, both[1]), `With ${both[0]} and ${both[1]} given, the one that keeps fewer samples counts.`)];
}

/** `strategy: cot` stays text, and falls back to direct without a word. */
function strategyText(step: Step): Finding[] {
  const strategy = argumentScalar(step, 'strategy');
  if (step.operation === null || !/^llm_(?:extract_mapper|condition_filter)$/.test(step.operation.name) || strategy === null || /^(?:direct|null|~|)$/.test(strategy.text)) return [];
  return [finding('ignored-setting', 'warning', strategy, `From YAML, strategy is text that ${step.operation.name} does not compare with; it goes on with direct, silently.`)];
}
