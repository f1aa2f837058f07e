import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { DataColumn } from '../../extension/protocol/recipes.ts';
import { isData, localInputs, type Facts, type KnownColumns } from '../checks/data.ts';
import { customPaths } from '../dialects/data-juicer/dialect.ts';
import type { CustomOps } from '../dialects/data-juicer/raw.ts';
import type { Recipe } from '../recipe.ts';
import { matchesGlob } from './globs.ts';
import { jsonColumns } from './json-columns.ts';
import { readCustomOps } from './sources.ts';

/** Reads the columns of a file; null where it cannot tell. */
export type ColumnReader = (path: string) => Promise<readonly DataColumn[] | null>;

/** Recipes are run from the root of a checkout, which is a folder above them. */
const FOLDERS_ABOVE = 8;
/** Names of a folder that a pattern is held against. */
const MAX_NAMES = 20_000;
/** Paths of one recipe that are looked for; what is generated may name thousands. */
const MAX_PATHS = 300;

/** Looks at the files that a recipe names: whether they are there, and which columns the data has. Never throws. */
export async function lookAtData(recipe: Recipe, file: string, columnsOf: ColumnReader = jsonColumns): Promise<Facts> {
  const folders = foldersFrom(file);
  const files = new Map<string, boolean>();
  let columns: KnownColumns | null = null;
  for (const use of localInputs(recipe).slice(0, MAX_PATHS)) {
    const { path } = use;
    if (files.has(path)) continue;
    const found = await find(path, new Set(folders));
    files.set(path, found !== null);
    if (found !== null && columns === null && isData(use)) columns = await knownColumns(found, columnsOf);
  }
  return { files, columns, custom: await customOps(recipe, folders) };
}

async function customOps({ root, dialect }: Recipe, folders: readonly string[]): Promise<CustomOps | null> {
  const paths = dialect.id === 'data-juicer' ? customPaths(root) : null;
  if (paths === null) return null;
  const found = await Promise.all(paths.slice(0, MAX_PATHS).map((path) => find(path, new Set(folders))));
  const read = await readCustomOps(found.filter((path) => path !== null));
  return read === null ? null : { ...read, complete: read.complete && !found.includes(null) };
}

/** The folder of a recipe and those above it, the nearest first. */
export function foldersFrom(file: string): readonly string[] {
  const folders = [dirname(resolve(file))];
  for (let i = 0; i < FOLDERS_ABOVE; i++) folders.push(dirname(folders[i] ?? '/'));
  return [...new Set(folders)];
}

/** Of a folder those of its first file. */
async function knownColumns(path: string, columnsOf: ColumnReader): Promise<KnownColumns | null> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const inside = isFolder ? (await readdir(path)).slice(0, MAX_NAMES).filter((name) => DATA.test(name)).sort()[0] : undefined;
    if (isFolder && inside === undefined) return null;
    const columns = await columnsOf(inside === undefined ? path : join(path, inside));
    return columns === null ? null : { columns, of: inside ?? basename(path), named: true };
  } catch {
    return null;
  }
}

const DATA = /\.(?:jsonl?|ndjson|parquet|tar)(?:\.gz|\.zst)?$/;

async function find(path: string, folders: ReadonlySet<string>): Promise<string | null> {
  const home = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  const candidates = isAbsolute(home) ? [home] : [...folders].map((folder) => join(folder, home));
  for (const candidate of candidates) {
    const found = /[*?[{]/.test(candidate) ? await firstMatch(candidate) : (await exists(candidate)) ? candidate : null;
    if (found !== null) return found;
  }
  return null;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

/** The first file that fits, one folder after the other. */
async function firstMatch(pattern: string): Promise<string | null> {
  let folders = [pattern.startsWith('/') ? '/' : '.'];
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const next: string[] = [];
    for (const folder of folders) {
      if (!/[*?[{]/.test(part)) next.push(join(folder, part));
      else for (const name of (await readdir(folder).catch(() => [])).slice(0, MAX_NAMES)) if (part === '**' || matchesGlob(name, part)) next.push(join(folder, name));
    }
    folders = next.slice(0, 1_000);
  }
  for (const path of folders) if (await exists(path)) return path;
  return null;
}
