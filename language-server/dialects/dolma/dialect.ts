import { entryOf, isMap, listOf, type RecipeNode } from '../../document/nodes.ts';
import { NO_RENAMES, type Dialect } from '../dialect.ts';
import type { Type } from '../schema.ts';
import { bloomFilter, documentFolders, mixExpressions, mixStreams, partitions, tagDestinations, unknownTaggers } from './rules.ts';
import { DEDUPE, MIX, TAG, UNKNOWN_VERB } from './schemas.ts';
import { DOLMA_VERSION } from './taggers.ts';

let made: Dialect | null = null;

/** The Dolma toolkit: settings of `dolma mix`, `dolma dedupe` and `dolma tag`. */
export function dolma(): Dialect {
  made ??= build();
  return made;
}

function build(): Dialect {
  const conversion = { loader: 'pyyaml', coercion: 'omegaconf' } as const;
  return {
    id: 'dolma',
    version: DOLMA_VERSION,
    program: `Dolma ${DOLMA_VERSION}`,
    conversion: { setting: conversion, argument: conversion },
    schema: schemaOf,
    forms: [],
    renames: NO_RENAMES,
    unknownParameter: 'refused',
    unknownOperation: 'refused',
    unknownKey: 'refused',
    duplicateKeys: 'last',
    rules: [mixStreams, mixExpressions, bloomFilter, documentFolders, partitions, tagDestinations, unknownTaggers],
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

function schemaOf(root: RecipeNode): Type {
  switch (verbOf(root)) {
    case 'mix':
      return MIX;
    case 'dedupe':
      return DEDUPE;
    case 'tag':
      return TAG;
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
