import { entryOf, isMap, isScalar, type MapNode, type Plain, type RecipeNode, type ScalarNode } from '../document/nodes.ts';
import { valueOf } from '../document/scalars.ts';
import type { Step } from '../dialects/dialect.ts';
import type { Default, Parameter } from '../dialects/schema.ts';
import type { Recipe } from '../recipe.ts';

/** What an argument of a step is: what is written, else the default; undefined where neither is known. */
export function argument(recipe: Recipe, step: Step, name: string): Plain | undefined {
  const node = argumentNode(step, name);
  if (node === undefined) return defaultOf(step.operation?.parameters.find((parameter) => parameter.name === name));
  return isScalar(node) ? valueOf(node, recipe.dialect.conversion.argument.loader) : undefined;
}

/** What stands there; null for nothing after the colon, undefined where the key is not given. */
export function argumentNode(step: Step, name: string): RecipeNode | null | undefined {
  return isMap(step.args) ? entryOf(step.args, name)?.value : undefined;
}

export function argumentScalar(step: Step, name: string): ScalarNode | null {
  const node = argumentNode(step, name);
  return isScalar(node) ? node : null;
}

export function textArgument(recipe: Recipe, step: Step, name: string): string | null {
  const value = argument(recipe, step, name);
  return typeof value === 'string' ? value : null;
}

export function numberArgument(recipe: Recipe, step: Step, name: string): number | null {
  const value = argument(recipe, step, name);
  return typeof value === 'number' ? value : null;
}

/** A default as a plain value; `sys.maxsize` and its like are infinite. */
export function defaultOf(parameter: Parameter | undefined): Plain | undefined {
  const value: Default | undefined = parameter?.default;
  if (value === undefined || Array.isArray(value)) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const symbol = (value as { readonly symbol?: unknown }).symbol;
  if (typeof symbol !== 'string' || !/max|inf|MAX/.test(symbol)) return undefined;
  return symbol.startsWith('-') ? -Infinity : Infinity;
}

/** A setting of the recipe itself. */
export function setting(recipe: Recipe, key: string): Plain | undefined {
  const node = settingNode(recipe, key);
  return isScalar(node) ? valueOf(node, recipe.dialect.conversion.setting.loader) : undefined;
}

export function settingNode({ root }: Recipe, key: string): RecipeNode | null | undefined {
  return isMap(root) ? entryOf(root, key)?.value : undefined;
}

/** The steps of one pipeline before this one, the nearest last. */
export function stepsBefore({ steps }: Recipe, step: Step): readonly Step[] {
  return steps.slice(0, step.index).filter(({ pipeline }) => pipeline === step.pipeline);
}

export function stepsAfter({ steps }: Recipe, step: Step): readonly Step[] {
  return steps.slice(step.index + 1).filter(({ pipeline }) => pipeline === step.pipeline);
}

export function argsOf(step: Step): MapNode | null {
  return isMap(step.args) ? step.args : null;
}
