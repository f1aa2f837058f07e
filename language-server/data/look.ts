import { open, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { localInputs, type DataColumn, type Facts } from '../checks/data.ts';
import { matchesGlob } from './globs.ts';
import type { Recipe } from '../recipe.ts';

/** Reads the columns of a file; null where it cannot tell. */
export type ColumnReader = (path: string) => Promise<readonly DataColumn[] | null>;

/** Recipes are run from the root of a checkout, which is a folder above them. */
const FOLDERS_ABOVE = 8;
/** Names of a folder that a pattern is held against. */
const MAX_NAMES = 20_000;
const HEAD_BYTES = 256 * 1024;
const HEAD_LINES = 20;

/** Looks at the files that a recipe names: whether they are there, and which columns the data has. Never throws. */
export async function lookAtData(recipe: Recipe, file: string, columnsOf: ColumnReader = jsonColumns): Promise<Facts> {
  const folders = [dirname(resolve(file))];
  for (let i = 0; i < FOLDERS_ABOVE; i++) folders.push(dirname(folders[i] ?? '/'));
  const files = new Map<string, boolean>();
  let columns: readonly DataColumn[] | null = null;
  for (const { path, parameter } of localInputs(recipe)) {
    if (files.has(path)) continue;
    const found = await find(path, new Set(folders));
    files.set(path, found !== null);
    if (found !== null && columns === null && (parameter.name === 'dataset_path' || parameter.name === 'path')) columns = await columnsOf(found).catch(() => null);
  }
  return { files, columns };
}

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

/** Columns by the first lines of a JSONL file. */
export async function jsonColumns(path: string): Promise<readonly DataColumn[] | null> {
  if (!/\.(?:jsonl|ndjson|json)$/.test(path)) return null;
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    const whole = bytesRead < HEAD_BYTES ? lines : lines.slice(0, -1);
    return columnsOfRecords(whole.filter((line) => line.trim() !== '').slice(0, HEAD_LINES).map((line) => JSON.parse(line) as unknown));
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

function columnsOfRecords(records: readonly unknown[]): readonly DataColumn[] | null {
  const columns = new Map<string, DataColumn>();
  for (const record of records) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return null;
    for (const [name, value] of Object.entries(record)) if (!columns.has(name) && value !== null) columns.set(name, { name, type: Array.isArray(value) ? 'list' : typeof value, list: Array.isArray(value) });
  }
  return columns.size === 0 ? null : [...columns.values()];
}
