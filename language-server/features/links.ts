import { argumentScalar, settingNode, textArgument } from '../checks/read.ts';
import { chosenTags, mentions, TAG } from '../dialects/data-juicer/rules/data-flow.ts';
import { consumedParameter as datamapReads, producedFields, WRITES } from '../dialects/datamap-rs/rules.ts';
import { consumedParameter as dclmReads, producedKey } from '../dialects/dclm/rules.ts';
import { attributeUses } from '../dialects/dolma/attributes.ts';
import { references } from '../dialects/nemo-curator/rules.ts';
import { isMap, type Span } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { holds } from './locate.ts';

/** A place where a key of the data is written, read or named. */
export interface KeyUse {
  readonly key: string;
  readonly span: Span;
  readonly role: 'writes' | 'reads';
  /** Whether the name stands there as it is, so that it can be renamed. */
  readonly literal: boolean;
}

/** Every place of a recipe that has to do with a key that one step writes and another reads. */
export function keyUses(recipe: Recipe): readonly KeyUse[] {
  switch (recipe.dialect.id) {
    case 'data-juicer':
      return dataJuicerUses(recipe);
    case 'dclm':
      return recipe.steps.flatMap((step) => [...writes(producedKey(recipe, step), argumentScalar(step, 'key') ?? argumentScalar(step, 'new_key'), step.name), ...reads(recipe, step, dclmReads(step))]);
    case 'datamap-rs':
      return recipe.steps.flatMap((step) => [...WRITES.flatMap((name) => writes(producedFields(recipe, step).find((field) => field === textArgument(recipe, step, name)) ?? null, argumentScalar(step, name), step.name)), ...reads(recipe, step, datamapReads(step))]);
    case 'nemo-curator':
      return nemoUses(recipe);
    case 'dolma':
      return dolmaUses(recipe);
  }
}

function dataJuicerUses(recipe: Recipe): KeyUse[] {
  const chosen = new Set(recipe.steps.flatMap((step) => chosenTags(step).map(({ text }) => `${TAG}${text}`)));
  return recipe.steps.flatMap((step) => [
    ...(step.operation?.produces ?? []).filter((key) => !chosen.has(key)).map((key): KeyUse => ({ key, span: step.name ?? step.node, role: 'writes', literal: false })),
    ...chosenTags(step).map((node): KeyUse => ({ key: `${TAG}${node.text}`, span: node, role: 'writes', literal: true })),
    // Of a tag that a step names, only that name is renamed.
    ...mentions(recipe, step).map(({ name, span }): KeyUse => ({ key: name, span: chosen.has(name) ? { start: span.start + TAG.length, end: span.end } : span, role: 'reads', literal: true })),
  ]);
}

/** Attributes that a stream of `dolma mix` reads, and the expressions that use them: each stream has its own. */
function dolmaUses(recipe: Recipe): KeyUse[] {
  return attributeUses(recipe).map(({ stream, name, span, role }): KeyUse => ({ key: `${stream} ${name}`, span, role, literal: true }));
}

function writes(key: string | null, node: Span & { readonly text?: string } | null, name: Span | null): KeyUse[] {
  const span = node ?? name;
  return key === null || span === null ? [] : [{ key, span, role: 'writes', literal: node !== null && node.text === key }];
}

function reads(recipe: Recipe, step: Recipe['steps'][number], parameter: string | null): KeyUse[] {
  const node = parameter === null ? null : argumentScalar(step, parameter);
  const key = parameter === null ? null : textArgument(recipe, step, parameter);
  return node === null || key === null ? [] : [{ key, span: node, role: 'reads', literal: true }];
}

function nemoUses(recipe: Recipe): KeyUse[] {
  const uses: KeyUse[] = references(recipe).map(({ name, span }) => ({ key: name.split('.')[0] ?? name, span: { start: span.start, end: span.start + (name.split('.')[0] ?? name).length }, role: 'reads', literal: true }));
  const named = new Set(uses.map(({ key }) => key));
  const keys = isMap(recipe.root) ? recipe.root.entries.filter(({ key }) => named.has(key.text) && settingNode(recipe, key.text) !== undefined) : [];
  return [...keys.map(({ key }): KeyUse => ({ key: key.text, span: key, role: 'writes', literal: true })), ...uses];
}

/** Where the key at an offset is written. */
export function definitions(recipe: Recipe, offset: number): readonly Span[] {
  const uses = keyUses(recipe);
  const key = keyAt(uses, offset);
  return key === null ? [] : uses.filter((use) => use.key === key && use.role === 'writes').map(({ span }) => span);
}

/** Where the key at an offset is read; and written, if asked. */
export function referencesTo(recipe: Recipe, offset: number, withDefinition: boolean): readonly Span[] {
  const uses = keyUses(recipe);
  const key = keyAt(uses, offset);
  return key === null ? [] : uses.filter((use) => use.key === key && (withDefinition || use.role === 'reads')).map(({ span }) => span);
}

/** The name under the cursor, if it is one that can be renamed: everywhere it is written as it is. */
export function renamable(recipe: Recipe, offset: number): Span | null {
  const uses = keyUses(recipe);
  const use = uses.find(({ span, literal }) => literal && holds(span, offset));
  return use !== undefined && uses.every((each) => each.key !== use.key || each.literal) ? use.span : null;
}

export function renameEdits(recipe: Recipe, offset: number, name: string): readonly (Span & { readonly text: string })[] {
  if (renamable(recipe, offset) === null) return [];
  return referencesTo(recipe, offset, true).map(({ start, end }) => ({ start, end, text: quotedAs(recipe.text.slice(start, end), name) }));
}

/** In the quotes that the old name had. */
function quotedAs(old: string, name: string): string {
  const quote = /^["']/.exec(old)?.[0] ?? '';
  return `${quote}${name}${quote}`;
}

function keyAt(uses: readonly KeyUse[], offset: number): string | null {
  return uses.find(({ span, role }) => role === 'reads' && holds(span, offset))?.key ?? uses.find(({ span }) => holds(span, offset))?.key ?? null;
}
