import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CustomOps, OwnCatalogue } from '../dialects/data-juicer/raw.ts';
import { extractGlobals } from '../dialects/data-juicer/sources/extract-globals.ts';
import { extractOps, OpFiles, type SourceFile } from '../dialects/data-juicer/sources/extract.ts';
import { MAX_SOURCE } from '../dialects/python/tokens.ts';
import { sitePackages } from './installed.ts';

const MAX_FILES = 2_000;

/**
 * The ops of Data-Juicer as they are in a checkout, or in a Python environment that has the package. Text is read and
 * nothing is imported or run. Null where there is none. Never throws.
 */
export async function readOwnCatalogue(folder: string): Promise<OwnCatalogue | null> {
  for (const root of await rootsIn(folder)) {
    const files = await pythonFiles(join(root, 'data_juicer', 'ops'));
    if (files.length === 0) continue;
    const ops = extractOps(await parsed(files, root));
    if (Object.keys(ops).length === 0) continue;
    const config = await textOf(join(root, 'data_juicer', 'config', 'config.py'));
    const globals = config === null ? {} : extractGlobals(config);
    return { version: await versionOf(root), root, ops, globals: Object.keys(globals).length === 0 ? null : globals };
  }
  return null;
}

/** The ops in files and packages of the user's own; null where none could be read. Never throws. */
export async function readCustomOps(paths: readonly string[]): Promise<CustomOps | null> {
  const files = (await Promise.all(paths.map(pythonFiles))).flat();
  if (files.length === 0) return null;
  const sources = await parsed(files, '');
  const ops = extractOps(sources);
  const registered = sources.texts.reduce((count, text) => count + text.split('.register_module(').length - 1, 0);
  return { ops, complete: registered <= Object.keys(ops).length };
}

/** A turn for everybody else after each file. */
async function parsed(files: readonly string[], root: string): Promise<OpFiles> {
  const read = new OpFiles();
  for (const file of files) {
    const text = await textOf(file);
    if (text !== null) read.add({ path: (root === '' ? file : relative(root, file)).split(sep).join('/'), text } satisfies SourceFile);
    await nextTurn();
  }
  return read;
}

/** Python files in a folder and below it, in the order of their names; or the file itself. */
async function pythonFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return path.endsWith('.py') ? [path] : [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.py')).map((entry) => join(entry.parentPath, entry.name)).sort().slice(0, MAX_FILES);
}

async function textOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null || found.size > MAX_SOURCE ? null : readFile(path, 'utf8').catch(() => null);
}

/** The folder itself, or those where an environment keeps packages: a package that is installed for editing lies elsewhere. */
async function rootsIn(folder: string): Promise<readonly string[]> {
  const sites = await sitePackages(folder);
  const edited = await Promise.all(sites.map(editedIn));
  return [folder, ...edited.flat(), ...sites];
}

async function editedIn(site: string): Promise<readonly string[]> {
  const infos = (await readdir(site).catch(() => [])).filter((name) => /^py_data_juicer-.*\.dist-info$/i.test(name));
  const texts = await Promise.all(infos.map((name) => textOf(join(site, name, 'direct_url.json'))));
  return texts.flatMap((text) => {
    try {
      const { url } = JSON.parse(text ?? 'null') as { readonly url?: unknown };
      return typeof url === 'string' && url.startsWith('file:') ? [fileURLToPath(url)] : [];
    } catch {
      return [];
    }
  });
}

async function versionOf(root: string): Promise<string> {
  const texts = [await textOf(join(root, 'data_juicer', '__init__.py')), await textOf(join(root, 'data_juicer', 'version.py')), await textOf(join(root, 'pyproject.toml'))];
  const written = texts.map((text) => /^(?:__version__|version)\s*=\s*["'](\d[\w.+-]*)["']/m.exec(text ?? '')?.[1]).find((version) => version !== undefined);
  const installed = (await readdir(root).catch(() => [])).map((name) => /^py_data_juicer-([\d.]+)\.dist-info$/i.exec(name)?.[1]).find((version) => version !== undefined);
  return written ?? installed ?? 'unknown';
}
