import type { Entry, MapNode, RecipeNode } from './document/nodes.ts';
import type { Dialect, Step } from './dialects/dialect.ts';
import type { ObjectType, Parameter } from './dialects/schema.ts';

/** A key with its value, and what the dialect says of it. */
export interface FieldUse {
  readonly parameter: Parameter;
  readonly entry: Entry;
  readonly map: MapNode;
  /** The step whose argument it is; null for a setting of the recipe. */
  readonly step: Step | null;
  /** The map that it is a field of; null for an argument of a step. */
  readonly object: ObjectType | null;
}

/** A document that was recognised, with its steps and fields in the order in which they stand. */
export interface Recipe {
  readonly dialect: Dialect;
  readonly text: string;
  readonly root: RecipeNode;
  readonly steps: readonly Step[];
  readonly fields: readonly FieldUse[];
}
