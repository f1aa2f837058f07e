import { entryOf, isMap, listOf, type RecipeNode } from '../../document/nodes.ts';
import { NO_RENAMES, type Dialect } from '../dialect.ts';
import type { Type } from '../schema.ts';
import { bloomFilter, documentFolders, mixExpressions, mixStreams, partitions, tagDestinations, unknownTaggers } from './rules.ts';
import { builtOnce } from '../own.ts';
import { DEDUPE, MIX, tagType, UNKNOWN_VERB } from './schemas.ts';
import { PUBLISHED, type OwnTaggers, type Tagger } from './taggers.ts';

const built = builtOnce(build);

/** The Dolma toolkit: settings of `dolma mix`, `dolma dedupe` and `dolma tag`. */
export function dolma(own: OwnTaggers | null = null): Dialect {
  return built(own ?? PUBLISHED);
}

function build({ version, taggers: byName }: { readonly version: string; readonly taggers: Readonly<Record<string, Tagger>> }): Dialect {
  const taggers = new Map(Object.entries(byName));
  const tag = tagType(taggers);
  const conversion = { loader: 'pyyaml', coercion: 'omegaconf' } as const;
  return {
    id: 'dolma',
    version,
    program: `Dolma ${version}`,
    conversion: { setting: conversion, argument: conversion },
    schema: (root) => schemaOf(root, tag),
    forms: [],
    renames: NO_RENAMES,
    unknownParameter: 'refused',
    unknownOperation: 'refused',
    unknownKey: 'refused',
    duplicateKeys: 'last',
    rules: [mixStreams, mixExpressions(taggers), bloomFilter, documentFolders, partitions, tagDestinations, unknownTaggers(taggers)],
  };
}

export type Verb = 'mix' | 'dedupe' | 'tag';

/** Which command the settings are for. */
export function verbOf(root: RecipeNode): Verb | null {
  if (!isMap(root)) return null;
  if (listOf(root, 'streams')?.items.some((item) => item === null || isMap(item)) === true) return 'mix';
  const dedupe = entryOf(root, 'dedupe');
  if (dedupe !== undefined && (isMap(dedupe.value) || dedupe.value === null) && (entryOf(root, 'bloom_filter') ?? entryOf(root, 'documents')) !== undefined) return 'dedupe';
  return entryOf(root, 'taggers') !== undefined && entryOf(root, 'documents') !== undefined ? 'tag' : null;
}

function schemaOf(root: RecipeNode, tag: Type): Type {
  switch (verbOf(root)) {
    case 'mix':
      return MIX;
    case 'dedupe':
      return DEDUPE;
    case 'tag':
      return tag;
    default:
      return UNKNOWN_VERB;
  }
}

/** `streams` alone is a word of other programs too: a stream of ours has documents, an output or attributes. */
export function looksLikeDolma(root: RecipeNode): boolean {
  const verb = verbOf(root);
  if (verb !== 'mix' || !isMap(root)) return verb !== null;
  const streams = listOf(root, 'streams')?.items.filter(isMap) ?? [];
  return streams.some((stream) => entryOf(stream, 'documents') !== undefined && (entryOf(stream, 'output') ?? entryOf(stream, 'attributes') ?? entryOf(stream, 'filter')) !== undefined);
}
