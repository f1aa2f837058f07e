import type { Plain, RecipeNode, ScalarNode } from '../document/nodes.ts';
import { valueOf } from '../document/scalars.ts';
import type { Conversion } from '../dialects/dialect.ts';
import { typeName, type Bounds, type Type } from '../dialects/schema.ts';

/** Why a value does not do. */
export type Misfit =
  | { readonly kind: 'type'; readonly expected: Type; readonly found: string }
  | { readonly kind: 'range'; readonly range: Bounds; readonly value: number }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly value: string }
  | { readonly kind: 'length'; readonly expected: number; readonly found: number };

export function accepts(node: RecipeNode, type: Type, conversion: Conversion): boolean {
  return misfit(node, type, conversion) === null;
}

/** What is wrong with the value as such; what is inside a map or a list is the walker's to look at. */
export function misfit(node: RecipeNode, type: Type, conversion: Conversion): Misfit | null {
  switch (type.kind) {
    case 'any':
    case 'step':
      return null;
    case 'union':
      return unionMisfit(node, type, conversion);
    case 'list':
      return listMisfit(node, type, conversion);
    case 'map':
    case 'object':
      return node.kind === 'map' || stands(node, conversion) ? null : wrong(type, node, conversion);
    default:
      return node.kind === 'scalar' ? scalarMisfit(node, type, conversion) : wrong(type, node, conversion);
  }
}

function unionMisfit(node: RecipeNode, type: Extract<Type, { kind: 'union' }>, conversion: Conversion): Misfit | null {
  const misfits = type.of.map((each) => misfit(node, each, conversion));
  if (misfits.includes(null)) return null;
  // A number out of range says more than "not an integer or null".
  return misfits.find((each) => each !== null && each.kind !== 'type') ?? wrong(type, node, conversion);
}

function listMisfit(node: RecipeNode, type: Extract<Type, { kind: 'list' }>, conversion: Conversion): Misfit | null {
  if (node.kind !== 'list') return stands(node, conversion) ? null : wrong(type, node, conversion);
  if (type.length !== undefined && node.items.length !== type.length) return { kind: 'length', expected: type.length, found: node.items.length };
  const simple = type.of.kind !== 'list' && type.of.kind !== 'map' && type.of.kind !== 'object' && type.of.kind !== 'step';
  return simple && node.items.some((item) => item !== null && !accepts(item, type.of, conversion)) ? wrong(type, node, conversion) : null;
}

/** `${...}` and `???` stand for what is filled in later. */
function stands(node: RecipeNode, conversion: Conversion): boolean {
  return conversion.coercion === 'omegaconf' && node.kind === 'scalar' && (node.text.includes('${') || node.text === '???');
}

function scalarMisfit(node: ScalarNode, type: Type, conversion: Conversion): Misfit | null {
  if (stands(node, conversion)) return null;
  const value = valueOf(node, conversion.loader);
  switch (type.kind) {
    case 'null':
      return value === null ? null : wrong(type, node, conversion);
    case 'boolean':
      return typeof value === 'boolean' || readsAsBoolean(value, conversion) ? null : wrong(type, node, conversion);
    case 'integer':
    case 'number':
      return numberMisfit(numberOf(value, conversion), type, node, conversion);
    case 'string':
      return typeof value === 'string' || (conversion.coercion === 'omegaconf' && value !== null) ? null : wrong(type, node, conversion);
    case 'choice':
      return choiceMisfit(value, type.values, node, type, conversion);
    default:
      return null;
  }
}

function numberMisfit(value: number | null, type: Extract<Type, { kind: 'integer' | 'number' }>, node: ScalarNode, conversion: Conversion): Misfit | null {
  if (value === null || (type.kind === 'integer' && !Number.isInteger(value))) return wrong(type, node, conversion);
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = type.range ?? {};
  const inside = (value >= min && value <= max && value > above && value < below) || value === Infinity;
  return inside || type.range === undefined ? null : { kind: 'range', range: type.range, value };
}

function choiceMisfit(value: Plain, values: readonly string[], node: ScalarNode, type: Type, conversion: Conversion): Misfit | null {
  if (typeof value !== 'string') return wrong(type, node, conversion);
  return values.includes(value) ? null : { kind: 'choice', values, value };
}

/** Text that reads as a number is one to those that convert. */
function numberOf(value: Plain, { coercion }: Conversion): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || (coercion !== 'omegaconf' && coercion !== 'jsonargparse')) return null;
  const number = Number(value.replaceAll('_', ''));
  return value.trim() === '' || Number.isNaN(number) ? null : number;
}

function readsAsBoolean(value: Plain, { coercion }: Conversion): boolean {
  return coercion === 'omegaconf' && (value === 0 || value === 1 || (typeof value === 'string' && /^(?:true|false|yes|no|on|off|y|n|t|f)$/i.test(value)));
}

function wrong(expected: Type, node: RecipeNode, conversion: Conversion): Misfit {
  return { kind: 'type', expected, found: foundName(node, conversion) };
}

function foundName(node: RecipeNode, { loader }: Conversion): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  const value = valueOf(node, loader);
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? `the integer ${value}` : `the number ${value}`;
    case 'string':
      return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
    default:
      return value === null ? 'null' : `the boolean ${String(value)}`;
  }
}

export function misfitText(fault: Misfit): string {
  switch (fault.kind) {
    case 'type':
      return `should be ${typeName(fault.expected)}, but is ${fault.found}`;
    case 'range':
      return `should be ${boundsText(fault.range)}, but is ${fault.value}`;
    case 'choice':
      return `should be one of ${fault.values.join(', ')}, but is "${fault.value}"`;
    case 'length':
      return `should have ${fault.expected} items, but has ${fault.found}`;
  }
}

export function boundsText({ min, max, above, below }: Bounds): string {
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`;
  const parts = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`, above === undefined ? '' : `above ${above}`, below === undefined ? '' : `below ${below}`];
  return parts.filter((part) => part !== '').join(' and ');
}
