import type { Recipe } from '../recipe.ts';
import type { Finding } from './finding.ts';

type Check = (recipe: Recipe) => readonly Finding[];

/** What is looked at once the structure has been read, in no particular order. */
const CHECKS: readonly Check[] = [];

export function checkRecipe(recipe: Recipe): Finding[] {
  return CHECKS.flatMap((check) => check(recipe));
}
