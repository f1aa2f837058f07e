import type { RecipeNode } from '../document/nodes.ts';
import { dataJuicer, looksLikeDataJuicer, type OwnSources } from './data-juicer/dialect.ts';
import { VERSIONS, type DataJuicerVersion } from './data-juicer/raw.ts';
import { datamap, DATAMAP_VERSION, looksLikeDatamap } from './datamap-rs/dialect.ts';
import { dclm, DCLM_VERSION, looksLikeDclm } from './dclm/dialect.ts';
import type { Dialect, DialectId } from './dialect.ts';
import { dolma, looksLikeDolma } from './dolma/dialect.ts';
import { DOLMA_VERSION } from './dolma/taggers.ts';
import { NEMO_VERSION } from './nemo-curator/classes.ts';
import { looksLikeNemo, nemoCurator } from './nemo-curator/dialect.ts';

/** A dialect with the versions that it is known in, the newest first. */
export interface DialectFamily {
  readonly id: DialectId;
  readonly versions: readonly string[];
  readonly detect: (root: RecipeNode) => boolean;
  /** `own`: what the user has beside the shipped catalogues. */
  readonly at: (version: string, own?: OwnSources) => Dialect;
}

/** In the order in which they are asked; the shapes exclude each other. */
export const FAMILIES: readonly DialectFamily[] = [
  { id: 'data-juicer', versions: VERSIONS, detect: looksLikeDataJuicer, at: (version, own) => dataJuicer(version as DataJuicerVersion, own) },
  { id: 'dclm', versions: [DCLM_VERSION], detect: looksLikeDclm, at: () => dclm() },
  { id: 'datamap-rs', versions: [DATAMAP_VERSION], detect: looksLikeDatamap, at: () => datamap() },
  { id: 'dolma', versions: [DOLMA_VERSION], detect: looksLikeDolma, at: () => dolma() },
  { id: 'nemo-curator', versions: [NEMO_VERSION], detect: looksLikeNemo, at: () => nemoCurator() },
];

/** `data-juicer@1.4.3` or `data-juicer`; null for a name that nobody knows. */
export function dialectNamed(name: string, { catalogue = null, custom = null }: OwnSources = {}): Dialect | null {
  const [id, version] = name.trim().split('@');
  const family = FAMILIES.find((each) => each.id === id);
  if (family === undefined) return null;
  // A version that is asked for by number is the shipped one.
  return family.at(knownVersion(family, version ?? catalogue?.version ?? null), { catalogue: version === undefined || version === catalogue?.version ? catalogue : null, custom });
}

/** The version itself, the newest that is not newer, or the newest of all. */
export function knownVersion({ versions }: DialectFamily, asked: string | null): string {
  const [newest = ''] = versions;
  if (asked === null) return newest;
  return versions.find((version) => compareVersions(version, asked) <= 0) ?? versions.at(-1) ?? newest;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
