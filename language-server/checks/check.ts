import type { Recipe } from '../recipe.ts';
import { crossedBounds, filtersThatAreOff } from './bounds.ts';
import { deprecatedParameters } from './deprecated.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { finding, type Finding } from './finding.ts';
import { languages } from './languages.ts';
import { patterns } from './patterns.ts';
import { removal } from './removal.ts';
import { secretsInRecipe } from './secrets.ts';
import { decimalSizes } from './sizes.ts';

type Check = (recipe: Recipe) => readonly Finding[];

/** What is looked at in every dialect once the structure has been read. */
const CHECKS: readonly Check[] = [crossedBounds, filtersThatAreOff, deprecatedParameters, duplicateKeys, languages, patterns, secretsInRecipe, decimalSizes];

/** Each step is held against all others: no pipeline that somebody wrote is as long. */
const MAX_STEPS = 500;

export function checkRecipe(recipe: Recipe): Finding[] {
  return withRemovals(recipe, findingsOf(recipe));
}

/** What is needless can be taken out. */
function withRemovals({ text, fields }: Recipe, findings: readonly Finding[]): Finding[] {
  if (!findings.some(({ tag, fixes }) => tag === 'unnecessary' && fixes.length === 0)) return [...findings];
  const byKey = new Map(fields.map(({ entry }) => [entry.key.start, entry]));
  return findings.map((found) => {
    const entry = found.tag === 'unnecessary' && found.fixes.length === 0 ? byKey.get(found.start) : undefined;
    const fix = entry?.key.end === found.end ? removal(text, entry) : null;
    return fix === null ? found : { ...found, fixes: [fix] };
  });
}

function findingsOf(recipe: Recipe): Finding[] {
  const first = recipe.steps[MAX_STEPS];
  if (first === undefined) return [...CHECKS, ...recipe.dialect.rules].flatMap((check) => check(recipe));
  const message = `This recipe has ${recipe.steps.length} steps; what steps have to do with each other is checked in recipes of up to ${MAX_STEPS}.`;
  return [...CHECKS.flatMap((check) => check(recipe)), finding('too-large', 'information', first.name ?? first.node, message)];
}
