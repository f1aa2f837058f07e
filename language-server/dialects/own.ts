import type { CustomOps, OwnCatalogue } from './data-juicer/raw.ts';
import type { OwnFunctions } from './dclm/functions.ts';
import type { OwnTaggers } from './dolma/taggers.ts';
import type { OwnClasses } from './nemo-curator/classes.ts';

/** What was read from the user's own sources or installed packages, by dialect. */
export interface OwnCatalogues {
  readonly 'data-juicer'?: OwnCatalogue | null;
  readonly dclm?: OwnFunctions | null;
  readonly dolma?: OwnTaggers | null;
  readonly 'nemo-curator'?: OwnClasses | null;
}

/** What the user has beside the shipped catalogues. */
export interface OwnSources {
  readonly catalogues?: OwnCatalogues | null;
  /** Ops of the files that a recipe names. */
  readonly custom?: CustomOps | null;
}

/** Builds a value once for each object that it is built from. */
export function builtOnce<Key extends object, Value>(build: (from: Key) => Value): (from: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (from) => {
    const found = made.get(from) ?? build(from);
    made.set(from, found);
    return found;
  };
}
