import type { Circumstances } from '../service.ts';
import type { OwnCatalogues } from '../dialects/own.ts';
import { matchesGlob } from '../data/globs.ts';

/** The settings of the section `loupe.recipes`; a client without sections sends them as `initializationOptions`. */
export interface RecipeSettings {
  /** Dialects by glob, `{"pipelines/*.yaml": "data-juicer@1.4.3", "other/**": "none"}`. */
  readonly dialects: Readonly<Record<string, string>>;
  /** Versions of the programs by dialect, `{"data-juicer": "1.4.3"}`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Folder of a Python environment; empty: those in the open folders. */
  readonly pythonEnvironment: string;
  /** Folder of a checkout of one of the programs, or of a Python environment that has them; empty: the environment. */
  readonly sources: string;
  /** Whether faults of the YAML itself are left to another server. */
  readonly syntaxElsewhere: boolean;
}

export const DEFAULTS: RecipeSettings = { dialects: {}, versions: {}, pythonEnvironment: '', sources: '', syntaxElsewhere: false };

/** What came from outside, as far as it is what it should be. */
export function readSettings(value: unknown): RecipeSettings {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<keyof RecipeSettings, unknown>>) : {};
  return { dialects: texts(given.dialects), versions: texts(given.versions), pythonEnvironment: textOf(given.pythonEnvironment), sources: textOf(given.sources), syntaxElsewhere: given.syntaxElsewhere === true };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The same object for the same settings, so that what was made with it can be kept. */
export class CircumstancesOf {
  private readonly byOverride = new Map<string | null, Circumstances>();
  private readonly settings: RecipeSettings;
  private readonly catalogues: OwnCatalogues | null;

  constructor(settings: RecipeSettings, catalogues: OwnCatalogues | null = null) {
    this.settings = settings;
    this.catalogues = catalogues;
  }

  for(uri: string): Circumstances {
    const path = decodeURIComponent(uri.replace(/^[a-z-]+:\/\/[^/]*/i, ''));
    const override = Object.entries(this.settings.dialects).find(([glob]) => matchesGlob(path, glob))?.[1] ?? null;
    const found = this.byOverride.get(override) ?? { override, versions: this.settings.versions, catalogues: this.catalogues, syntaxElsewhere: this.settings.syntaxElsewhere };
    this.byOverride.set(override, found);
    return found;
  }
}
