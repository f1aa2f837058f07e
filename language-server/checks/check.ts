import type { Recipe } from '../recipe.ts';
import { crossedBounds, filtersThatAreOff } from './bounds.ts';
import { deprecatedParameters } from './deprecated.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import type { Finding } from './finding.ts';
import { languages } from './languages.ts';
import { patterns } from './patterns.ts';
import { secretsInRecipe } from './secrets.ts';
import { decimalSizes } from './sizes.ts';

type Check = (recipe: Recipe) => readonly Finding[];

/** What is looked at in every dialect once the structure has been read. */
const CHECKS: readonly Check[] = [crossedBounds, filtersThatAreOff, deprecatedParameters, duplicateKeys, languages, patterns, secretsInRecipe, decimalSizes];

export function checkRecipe(recipe: Recipe): Finding[] {
  return [...CHECKS, ...recipe.dialect.rules].flatMap((check) => check(recipe));
}
