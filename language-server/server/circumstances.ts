import { join } from 'node:path';
import { installedVersions } from '../data/installed.ts';
import { foundIn, readFirstCatalogues } from '../data/sources.ts';
import { CircumstancesOf, type RecipeSettings } from './settings.ts';

/** What the settings and the Python environments in the open folders say of programs and their ops. */
export async function circumstancesIn(settings: RecipeSettings, folders: readonly string[]): Promise<CircumstancesOf> {
  const environments = settings.pythonEnvironment === '' ? folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]) : [settings.pythonEnvironment];
  const catalogues = await readFirstCatalogues(settings.sources === '' ? environments : [settings.sources]);
  const read = new Set<string>(foundIn(catalogues));
  // What was read says its version itself.
  const installed = Object.entries(await installedVersions(environments)).filter(([dialect]) => !read.has(dialect));
  return new CircumstancesOf({ ...settings, versions: { ...Object.fromEntries(installed), ...settings.versions } }, catalogues);
}
