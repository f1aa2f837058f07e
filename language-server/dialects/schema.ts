import type { MapNode, RecipeNode, ScalarNode } from '../document/nodes.ts';

/** What a value of a recipe may be. */
export type Type =
  | { readonly kind: 'any' }
  | { readonly kind: 'null' }
  | { readonly kind: 'string' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly range?: Bounds }
  | { readonly kind: 'number'; readonly range?: Bounds }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Type; readonly length?: number }
  | { readonly kind: 'map'; readonly of: Type }
  | { readonly kind: 'object'; readonly object: ObjectType }
  | { readonly kind: 'union'; readonly of: readonly Type[] }
  | { readonly kind: 'step'; readonly form: StepForm };

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** The end itself is not allowed. */
  readonly above?: number;
  readonly below?: number;
}

/** A map with named fields. */
export interface ObjectType {
  /** What it is called in messages: `the recipe`, `bloom_filter`. */
  readonly title: string;
  readonly fields: readonly Parameter[];
  /** Whether other keys are let through. */
  readonly open: boolean;
}

/** What a parameter's text stands for, beyond its type. */
export type Role = 'column' | 'input' | 'output' | 'produces' | 'consumes' | 'python-regex' | 'rust-regex' | 'bytes' | 'language' | 'secret';

/** A value of a catalogue, as JSON has it; `symbol` is an expression that only the program knows. */
export type Default = string | number | boolean | null | readonly unknown[] | { readonly symbol: string } | { readonly [key: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly type: Type;
  /** As its program writes the type; for people. */
  readonly typeText?: string;
  readonly required: boolean;
  /** Absent: there is none. */
  readonly default?: Default;
  readonly description?: string;
  readonly role?: Role;
  /** Every step takes it: features name it last, or not at all. */
  readonly shared?: boolean;
  /** What to write instead, in words. */
  readonly deprecated?: string;
  /** Values that its documentation names without refusing others. */
  readonly suggestions?: readonly string[];
  /** The program refuses a wrong type before it starts; without, the run goes wrong later or silently. */
  readonly refused?: boolean;
}

/** What a step costs and needs. */
export interface Cost {
  readonly model: boolean;
  readonly gpu: boolean;
  readonly api: boolean;
  readonly download: boolean;
}

/** An op, a function, a processor, a stage. */
export interface Operation {
  readonly name: string;
  /** mapper, filter, deduplicator, ...: the dialect's own word. */
  readonly kind: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly cost: Cost;
  /** Other keys are let through, since it takes any. */
  readonly open: boolean;
  /** Stats, columns or keys that every sample has after it. */
  readonly produces: readonly string[];
  /** Not for recipes: a helper that the program makes itself. */
  readonly internal?: boolean;
  /** Where it is defined, relative to the sources. */
  readonly source?: string;
  /** What its definition there begins with, `class Name`. */
  readonly definition?: string;
  /** Executors that run it; absent: all. */
  readonly executors?: readonly string[];
}

export const FREE: Cost = { model: false, gpu: false, api: false, download: false };

/** How steps of a dialect are written. */
export interface StepForm {
  /** What a step is called: `op`, `function`, `processor`, `stage`. */
  readonly noun: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Null for a node that is no step. */
  readonly read: (node: RecipeNode) => StepReading | null;
  /** Text of a new step; `$` marks where its arguments follow. */
  readonly snippet: (operation: Operation) => StepSnippet;
  /** Keys of the step's own map that are not arguments, with their types. */
  readonly own: readonly Parameter[];
  /** Where a name is not in the catalogue, what stands for it: a custom op, a dotted path. */
  readonly custom: (name: string) => boolean;
  /** Whether the name alone, as text, is a whole step. */
  readonly bare: (name: string) => boolean;
  /** Steps may stand wherever a value may be anything, one inside another. */
  readonly anywhere?: boolean;
}

export interface StepSnippet {
  readonly head: string;
  /** Columns that arguments stand to the right of the dash. */
  readonly indent: number;
}

export interface StepReading {
  readonly name: ScalarNode | null;
  /** Where arguments stand, the step's own map or another; null where there are none. */
  readonly args: RecipeNode | null;
  /** Keys of `args` that are not arguments. */
  readonly own: ReadonlySet<string>;
  /** The step's own map where arguments stand elsewhere. */
  readonly frame: MapNode | null;
  /** Steps inside it, where it is but a name for several. */
  readonly nested?: RecipeNode;
}

export const ANY: Type = { kind: 'any' };
export const STRING: Type = { kind: 'string' };
export const BOOLEAN: Type = { kind: 'boolean' };
export const INTEGER: Type = { kind: 'integer' };
export const NUMBER: Type = { kind: 'number' };
export const NULL: Type = { kind: 'null' };

export function list(of: Type, length?: number): Type {
  return length === undefined ? { kind: 'list', of } : { kind: 'list', of, length };
}

export function union(...of: readonly Type[]): Type {
  const flat = of.flatMap((type) => (type.kind === 'union' ? type.of : [type]));
  return flat.length === 1 && flat[0] !== undefined ? flat[0] : { kind: 'union', of: flat };
}

export function optional(type: Type): Type {
  return union(type, NULL);
}

export function object(title: string, fields: readonly Parameter[], open = false): Type {
  return { kind: 'object', object: { title, fields, open } };
}

export function choice(...values: readonly string[]): Type {
  return { kind: 'choice', values };
}

export function atLeast(min: number): Type {
  return { kind: 'integer', range: { min } };
}

/** The same with bounds for the numbers in it that have none. */
export function withRange(type: Type, range: Bounds): Type {
  if (type.kind === 'union') return { kind: 'union', of: type.of.map((each) => withRange(each, range)) };
  return (type.kind === 'number' || type.kind === 'integer') && type.range === undefined ? { kind: type.kind, range } : type;
}

/** A field with a default; required where none is given. */
export function field(name: string, type: Type, more: Partial<Parameter> = {}): Parameter {
  return { name, type, required: !('default' in more), ...more };
}

/** The type in the words of a message. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'any':
      return 'any value';
    case 'choice':
      return `one of ${type.values.join(', ')}`;
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${type.of.kind === 'union' ? `(${typeName(type.of)})` : typeName(type.of)}`;
    case 'map':
      return 'map';
    case 'object':
      return `map (${type.object.title})`;
    case 'step':
      return type.form.noun;
    case 'union':
      return type.of.map(typeName).join(' or ');
    default:
      return type.kind;
  }
}
