/** A place in a recipe's text: offsets in UTF-16 code units, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a scalar means to the program that loads the recipe. A 64-bit integer beyond 2^53 is a number here: only its order is asked for. */
export type Plain = string | number | boolean | null;

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  /** As YAML's failsafe schema reads it: quotes and escapes gone, no types. */
  readonly text: string;
  /** Written without quotes, so that a loader may take it for a number, a boolean or null. */
  readonly plain: boolean;
  /** The short form of an explicit tag, `!!str`. */
  readonly tag: string | null;
  /** The text that the same value has elsewhere, where this scalar came by an alias. */
  readonly alias: boolean;
}

export interface Entry {
  readonly key: ScalarNode;
  /** Null where nothing follows the colon. */
  readonly value: RecipeNode | null;
  /** Taken from an anchor by a merge key `<<`. */
  readonly merged: boolean;
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly flow: boolean;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  /** Null where nothing follows the dash. */
  readonly items: readonly (RecipeNode | null)[];
  readonly flow: boolean;
}

export type RecipeNode = ScalarNode | MapNode | ListNode;

/** The entry of a key; the last one, as loaders have it that let a key stand twice. */
export function entryOf(map: MapNode, key: string): Entry | undefined {
  return map.entries.findLast((entry) => entry.key.text === key);
}

export function isMap(node: RecipeNode | null | undefined): node is MapNode {
  return node?.kind === 'map';
}

export function isList(node: RecipeNode | null | undefined): node is ListNode {
  return node?.kind === 'list';
}

export function isScalar(node: RecipeNode | null | undefined): node is ScalarNode {
  return node?.kind === 'scalar';
}

/** The value of a key where it is a map, a list or a scalar with text, as asked. */
export function mapOf(map: MapNode, key: string): MapNode | null {
  const value = entryOf(map, key)?.value;
  return isMap(value) ? value : null;
}

export function listOf(map: MapNode, key: string): ListNode | null {
  const value = entryOf(map, key)?.value;
  return isList(value) ? value : null;
}

export function scalarOf(map: MapNode, key: string): ScalarNode | null {
  const value = entryOf(map, key)?.value;
  return isScalar(value) ? value : null;
}

/** The scalars of a list, or the scalar itself: many settings take one or several. */
export function scalarsOf(node: RecipeNode | null | undefined): readonly ScalarNode[] {
  if (isScalar(node)) return [node];
  return isList(node) ? node.items.filter(isScalar) : [];
}
