import type { RecipeNode } from '../document/nodes.ts';
import { dataJuicer, looksLikeDataJuicer } from './data-juicer/dialect.ts';
import { VERSIONS, type DataJuicerVersion } from './data-juicer/raw.ts';
import { datamap, DATAMAP_VERSION, looksLikeDatamap } from './datamap-rs/dialect.ts';
import { dclm, DCLM_VERSION, looksLikeDclm } from './dclm/dialect.ts';
import type { Dialect, DialectId } from './dialect.ts';
import { dolma, looksLikeDolma } from './dolma/dialect.ts';
import { PUBLISHED as DOLMA } from './dolma/taggers.ts';
import { NEMO_VERSION } from './nemo-curator/classes.ts';
import { looksLikeNemo, nemoCurator } from './nemo-curator/dialect.ts';
import type { OwnSources } from './own.ts';

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
  { id: 'data-juicer', versions: VERSIONS, detect: looksLikeDataJuicer, at: (version, { catalogues, custom = null } = {}) => dataJuicer(version as DataJuicerVersion, { catalogue: catalogues?.['data-juicer'] ?? null, custom }) },
  { id: 'dclm', versions: [DCLM_VERSION], detect: looksLikeDclm, at: (_, own) => dclm(own?.catalogues?.dclm) },
  { id: 'datamap-rs', versions: [DATAMAP_VERSION], detect: looksLikeDatamap, at: () => datamap() },
  { id: 'dolma', versions: [DOLMA.version], detect: looksLikeDolma, at: (_, own) => dolma(own?.catalogues?.dolma) },
  { id: 'nemo-curator', versions: [NEMO_VERSION], detect: looksLikeNemo, at: (_, own) => nemoCurator(own?.catalogues?.['nemo-curator']) },
];

/** `data-juicer@1.4.3` or `data-juicer`; null for a name that nobody knows. */
export function dialectNamed(name: string, own: OwnSources = {}): Dialect | null {
  const [id, version = null] = name.trim().split('@');
  const family = FAMILIES.find((each) => each.id === id);
  return family === undefined ? null : dialectAt(family, version, own);
}

/** The user's own, unless another version is asked for by number: that is a shipped one. */
export function dialectAt(family: DialectFamily, asked: string | null, { catalogues = null, custom = null }: OwnSources): Dialect {
  const own = family.id === 'datamap-rs' ? undefined : catalogues?.[family.id]?.version;
  const takesOwn = own !== undefined && (asked === null || asked === own);
  return family.at(knownVersion(family, asked ?? own ?? null), { catalogues: takesOwn ? catalogues : null, custom });
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
