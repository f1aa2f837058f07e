import { join } from 'node:path';
import { installedVersions } from '../data/installed.ts';
import { readOwnCatalogue } from '../data/sources.ts';
import type { OwnCatalogue } from '../dialects/data-juicer/raw.ts';
import { CircumstancesOf, type RecipeSettings } from './settings.ts';

/** What the settings and the Python environments in the open folders say of programs and their ops. */
export async function circumstancesIn(settings: RecipeSettings, folders: readonly string[]): Promise<CircumstancesOf> {
  const environments = settings.pythonEnvironment === '' ? folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]) : [settings.pythonEnvironment];
  const { 'data-juicer': version, ...installed } = await installedVersions(environments);
  const catalogue = await firstCatalogue(settings.sources === '' ? environments : [settings.sources]);
  const own = catalogue === null && version !== undefined ? { 'data-juicer': version } : {};
  return new CircumstancesOf({ ...settings, versions: { ...installed, ...own, ...settings.versions } }, catalogue);
}

async function firstCatalogue(folders: readonly string[]): Promise<OwnCatalogue | null> {
  for (const folder of folders) {
    const found = await readOwnCatalogue(folder);
    if (found !== null) return found;
  }
  return null;
}
