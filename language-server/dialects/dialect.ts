import type { Finding } from '../checks/finding.ts';
import type { RecipeNode, ScalarNode } from '../document/nodes.ts';
import type { Loader } from '../document/scalars.ts';
import type { Recipe } from '../recipe.ts';
import type { Operation, StepForm, Type } from './schema.ts';

export type DialectId = 'data-juicer' | 'dclm' | 'datamap-rs' | 'dolma' | 'nemo-curator';

/**
 * How a program takes a value of another type: `strict` not at all, `jsonargparse` text that reads as the type,
 * `omegaconf` that and numbers as text, with `${...}` and `???` standing for anything, `default` by using the default.
 */
export type Coercion = 'strict' | 'jsonargparse' | 'omegaconf' | 'default';

/** How values are read: what unquoted text is, and what passes for another type. */
export interface Conversion {
  readonly loader: Loader;
  readonly coercion: Coercion;
}

/** One version of a dialect: everything that checks and features ask. */
export interface Dialect {
  readonly id: DialectId;
  readonly version: string;
  /** The program's name, for people. */
  readonly program: string;
  /** Of settings, and of the arguments of steps. */
  readonly conversion: { readonly setting: Conversion; readonly argument: Conversion };
  /** What the whole document is; it may depend on what stands in it. */
  readonly schema: (root: RecipeNode) => Type;
  /** The forms of its steps, for features that list all ops. */
  readonly forms: readonly StepForm[];
  /** What a name or parameter was called before, and what it is called now. */
  readonly renames: Renames;
  /** What the program does with an unknown parameter. */
  readonly unknownParameter: 'refused' | 'ignored';
  readonly unknownOperation: 'refused' | 'ignored';
  readonly unknownKey: 'refused' | 'ignored';
  readonly duplicateKeys: 'refused' | 'last';
  /** What its fields and steps have to do with each other. */
  readonly rules: readonly Rule[];
  /** Folder that the sources of its ops are relative to, where they are on this machine. */
  readonly root?: string;
}

export type Rule = (recipe: Recipe) => readonly Finding[];

export interface Renames {
  readonly operations: ReadonlyMap<string, Successor>;
  /** By op and old name. */
  readonly parameters: ReadonlyMap<string, ReadonlyMap<string, Successor>>;
}

export interface Successor {
  /** Null: it is gone without one. */
  readonly now: string | null;
  /** In which version or when; for people. */
  readonly since: string;
  /** Inferred from what came in the same change. */
  readonly inferred?: boolean;
}

export const NO_RENAMES: Renames = { operations: new Map(), parameters: new Map() };

/** One step of a recipe, in the order in which they run. */
export interface Step {
  readonly index: number;
  readonly form: StepForm;
  readonly node: RecipeNode;
  readonly name: ScalarNode | null;
  readonly operation: Operation | null;
  readonly args: RecipeNode | null;
  /** Steps that share data: a source of DCLM has its own. */
  readonly pipeline: number;
}
