import { join } from 'node:path';
import type { CustomOps, OwnCatalogue } from '../dialects/data-juicer/raw.ts';
import { extractGlobals } from '../dialects/data-juicer/sources/extract-globals.ts';
import { extractOps, OpFiles } from '../dialects/data-juicer/sources/extract.ts';
import { extractFunctions } from '../dialects/dclm/extract.ts';
import type { OwnFunctions } from '../dialects/dclm/functions.ts';
import type { DialectId } from '../dialects/dialect.ts';
import { DolmaFiles } from '../dialects/dolma/extract.ts';
import type { OwnTaggers } from '../dialects/dolma/taggers.ts';
import type { OwnClasses } from '../dialects/nemo-curator/classes.ts';
import { NemoFiles } from '../dialects/nemo-curator/extract.ts';
import type { OwnCatalogues } from '../dialects/own.ts';
import { pythonFiles, rootsIn, sourceText, sourceTexts, versionOf, type PythonPackage } from './python-files.ts';

/**
 * What programs know, as they are in a checkout, or in a Python environment that has their packages. Text is read and
 * nothing is imported or run; of datamap-rs there is nothing to read, since Rust looks its arguments up while it runs.
 * Null where there is none. Never throws.
 */
export async function readOwnCatalogues(folder: string): Promise<OwnCatalogues | null> {
  const read: OwnCatalogues = {
    'data-juicer': await firstRead(folder, DATA_JUICER, opsIn),
    dclm: await firstRead(folder, DCLM, functionsIn),
    dolma: await firstRead(folder, DOLMA, taggersIn),
    'nemo-curator': await firstRead(folder, NEMO, classesIn),
  };
  return Object.values(read).every((each) => each === null) ? null : read;
}

/** Those of several folders; of each program the first. */
export async function readFirstCatalogues(folders: readonly string[]): Promise<OwnCatalogues | null> {
  let found: OwnCatalogues | null = null;
  for (const folder of folders) {
    const more = await readOwnCatalogues(folder);
    if (more !== null) found = found === null ? more : { ...more, ...present(found) };
  }
  return found;
}

function present(catalogues: OwnCatalogues): OwnCatalogues {
  return Object.fromEntries(Object.entries(catalogues).filter(([, each]) => each !== null));
}

/** The ops in files and packages of the user's own; null where none could be read. Never throws. */
export async function readCustomOps(paths: readonly string[]): Promise<CustomOps | null> {
  const files = (await Promise.all(paths.map(pythonFiles))).flat();
  if (files.length === 0) return null;
  const sources = await opFiles(files);
  const ops = extractOps(sources);
  const registered = sources.texts.reduce((count, text) => count + text.split('.register_module(').length - 1, 0);
  return { ops, complete: registered <= Object.keys(ops).length };
}

const DATA_JUICER: PythonPackage = { folder: 'data_juicer', distribution: 'py_data_juicer', versionFiles: ['data_juicer/__init__.py', 'data_juicer/version.py', 'pyproject.toml'] };
const DOLMA: PythonPackage = { folder: 'dolma', distribution: 'dolma', versionFiles: ['pyproject.toml', '../pyproject.toml'] };
const NEMO: PythonPackage = { folder: 'nemo_curator', distribution: 'nemo_curator', versionFiles: ['nemo_curator/package_info.py'] };
/** A checkout only: it is no package. */
const DCLM: PythonPackage = { folder: 'baselines', distribution: 'dclm', versionFiles: [] };

/** The first place below a folder where the program is. Sources of Dolma lie in `python` of its checkout. */
async function firstRead<T>(folder: string, wanted: PythonPackage, read: (root: string) => Promise<T | null>): Promise<T | null> {
  for (const root of await rootsIn(folder, wanted)) {
    const found = (await read(root)) ?? (wanted === DOLMA ? await read(join(root, 'python')) : null);
    if (found !== null) return found;
  }
  return null;
}

async function opsIn(root: string): Promise<OwnCatalogue | null> {
  const ops = extractOps(await opFiles(await pythonFiles(join(root, 'data_juicer', 'ops')), root));
  if (Object.keys(ops).length === 0) return null;
  const config = await sourceText(join(root, 'data_juicer', 'config', 'config.py'));
  const globals = config === null ? {} : extractGlobals(config);
  return { version: await versionOf(root, DATA_JUICER), root, ops, globals: Object.keys(globals).length === 0 ? null : globals };
}

async function opFiles(files: readonly string[], root = ''): Promise<OpFiles> {
  const read = new OpFiles();
  for await (const file of sourceTexts(files, root)) read.add(file);
  return read;
}

async function functionsIn(root: string): Promise<OwnFunctions | null> {
  const functions: Record<string, OwnFunctions['functions'][string]> = {};
  for await (const file of sourceTexts(await pythonFiles(join(root, 'baselines', 'mappers')), root)) Object.assign(functions, extractFunctions(file));
  return Object.values(functions).every(({ internal }) => internal === true) ? null : { version: 'checkout', root, functions };
}

async function taggersIn(root: string): Promise<OwnTaggers | null> {
  const read = new DolmaFiles();
  for await (const { path, text } of sourceTexts(await pythonFiles(join(root, 'dolma')), root)) read.add(path, text);
  const taggers = read.taggers();
  return Object.keys(taggers).length === 0 ? null : { version: await versionOf(root, DOLMA), root, taggers };
}

async function classesIn(root: string): Promise<OwnClasses | null> {
  const files = await pythonFiles(join(root, 'nemo_curator'));
  if (files.length === 0) return null;
  const read = new NemoFiles();
  for await (const { path, text } of sourceTexts(files, root)) read.add(path, text);
  const classes = read.classes();
  return Object.keys(classes.classes).length === 0 ? null : { version: await versionOf(root, NEMO), root, ...classes };
}

/** The dialects that were found, for people and for versions. */
export function foundIn(catalogues: OwnCatalogues | null): readonly DialectId[] {
  return catalogues === null ? [] : (Object.keys(present(catalogues)) as DialectId[]);
}
