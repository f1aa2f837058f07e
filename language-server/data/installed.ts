import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Packages by the dialect that they run. */
const PACKAGES: Readonly<Record<string, string>> = { py_data_juicer: 'data-juicer', dolma: 'dolma', nemo_curator: 'nemo-curator' };

/** The versions of the programs in Python environments, by their folders' names alone: nothing is run. Never throws. */
export async function installedVersions(environments: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const environment of environments) {
    for (const folder of await sitePackages(environment)) {
      for (const name of await readdir(folder).catch(() => [])) {
        const parts = /^(\w+)-([\d.]+)\.dist-info$/.exec(name);
        const dialect = parts === null ? undefined : PACKAGES[(parts[1] ?? '').toLowerCase()];
        if (dialect !== undefined) versions[dialect] ??= parts?.[2] ?? '';
      }
    }
  }
  return versions;
}

/** Folders where an environment keeps its packages; they need not be there. */
export async function sitePackages(environment: string): Promise<string[]> {
  const pythons = (await readdir(join(environment, 'lib')).catch(() => [])).filter((name) => name.startsWith('python3'));
  return [...pythons.map((name) => join(environment, 'lib', name, 'site-packages')), join(environment, 'Lib', 'site-packages')];
}
