import { GLOBALS } from './descriptions/globals.ts';
import { FILTERS } from './descriptions/filters.ts';
import { MEDIA_MAPPERS } from './descriptions/media-mappers.ts';
import { MEDIA_PARAMETERS } from './descriptions/media-parameters.ts';
import { MODEL_PARAMETERS } from './descriptions/model-parameters.ts';
import { OTHER_OPS } from './descriptions/other-ops.ts';
import { PARAMETERS } from './descriptions/parameters.ts';
import { TEXT_MAPPERS } from './descriptions/text-mappers.ts';

/** What an op does, in a sentence of ours; empty for an op that nobody described. */
export function describeOperation(name: string): string {
  return FILTERS[name] ?? TEXT_MAPPERS[name] ?? MEDIA_MAPPERS[name] ?? OTHER_OPS[name] ?? '';
}

/** What a parameter is for: of this op, else of every op that has one of this name. */
export function describeParameter(op: string, name: string): string {
  return PARAMETERS[`${op}.${name}`] ?? PARAMETERS[name] ?? MODEL_PARAMETERS[name] ?? MEDIA_PARAMETERS[name] ?? '';
}

export function describeGlobal(name: string): string {
  return GLOBALS[name] ?? '';
}
