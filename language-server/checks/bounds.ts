import { isScalar, type Plain, type Span } from '../document/nodes.ts';
import type { Step } from '../dialects/dialect.ts';
import type { Operation } from '../dialects/schema.ts';
import type { Recipe } from '../recipe.ts';
import { finding, type Finding } from './finding.ts';
import { argument, argumentNode } from './read.ts';
import { sizeInBytes } from './sizes.ts';

/** Parameters of an op that are the two ends of one range. */
function pairsOf({ parameters }: Operation): (readonly [low: string, high: string])[] {
  const names = new Set(parameters.map(({ name }) => name));
  const pairs: (readonly [string, string])[] = [];
  for (const name of names) {
    const high = name.replace(/(^|_)min(_|$)/, '$1max$2').replace(/(^|_)lower(_|$)/, '$1upper$2');
    if (high !== name && names.has(high)) pairs.push([name, high]);
  }
  return pairs;
}

/** `min_len: 100` with `max_len: 10` keeps nothing. */
export function crossedBounds(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => {
    if (step.operation === null) return [];
    return pairsOf(step.operation).flatMap((pair) => crossed(recipe, step, pair));
  });
}

function crossed(recipe: Recipe, step: Step, [low, high]: readonly [string, string]): Finding[] {
  const given = [low, high].filter((name) => argumentNode(step, name) !== undefined);
  const [smallest, largest] = [comparable(argument(recipe, step, low)), comparable(argument(recipe, step, high))];
  if (given.length === 0 || smallest === null || largest === null || smallest <= largest) return [];
  const reversed = argument(recipe, step, 'reversed_range') === true;
  const place: Span = argumentNode(step, given.at(-1) ?? low) ?? step.node;
  const text = `${low} is above ${high}, so ${step.operation?.name ?? 'the step'} ${reversed ? 'keeps everything' : 'keeps nothing'}.`;
  const [a, b] = [argumentNode(step, low), argumentNode(step, high)];
  const fixes = isScalar(a) && isScalar(b) ? [{ title: `Swap ${low} and ${high}`, edits: [{ start: a.start, end: a.end, text: textOf(recipe, b) }, { start: b.start, end: b.end, text: textOf(recipe, a) }] }] : [];
  return [finding('min-above-max', 'error', place, given.length === 2 ? text : `${text} One of them is the default.`, { fixes })];
}

function textOf({ text }: Recipe, { start, end }: Span): string {
  return text.slice(start, end);
}

function comparable(value: Plain | undefined): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  return typeof value === 'string' ? sizeInBytes(value) : null;
}

/** A filter whose ends are both where nothing is beyond them. */
export function filtersThatAreOff(recipe: Recipe): Finding[] {
  return recipe.steps.flatMap((step) => {
    const { operation, name } = step;
    if (operation === null || name === null || !/filter/.test(operation.kind) || step.operation?.parameters.some(({ name: each }) => NOT_ONLY_RANGES.test(each)) === true) return [];
    const ends = endsOf(operation);
    if (ends.length === 0 || !ends.every(([end, isLow]) => isOpen(argument(recipe, step, end), isLow))) return [];
    return [finding('filter-off', 'hint', name, `${operation.name} lets everything through: none of ${ends.map(([end]) => end).join(', ')} is set to what something is beyond.`, { tag: 'unnecessary' })];
  });
}

/** These filter by more than a range. */
const NOT_ONLY_RANGES = /^(?:lang|tags|field_key|banlist|banlist_file|contain|prob_threshold|float_field|default|remove_matches|any_or_all)$/;

/** The ends of an op's ranges; a lone `max_...` or `lower_bound` too. */
function endsOf({ parameters }: Operation): (readonly [name: string, isLow: boolean])[] {
  const names = parameters.map(({ name }) => name).filter((name) => /^(?:min|lower|max|upper)_(?!closed_interval)/.test(name));
  return names.map((name) => [name, /^(?:min|lower)_/.test(name)]);
}

function isOpen(value: Plain | undefined, isLow: boolean): boolean {
  const number = comparable(value);
  if (number === null) return false;
  return isLow ? number <= 0 : number >= Number.MAX_SAFE_INTEGER;
}
