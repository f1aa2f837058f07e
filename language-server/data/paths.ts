import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { foldersFrom } from './look.ts';

export interface PathName {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A list that nobody reads to its end. */
const MAX_NAMES = 500;

/**
 * What may follow a path that is written as far as `written`, its last slash included: names in that folder, seen from the
 * recipe's folder or the nearest above it that has one. Never throws.
 */
export async function namesIn(recipe: string, written: string): Promise<readonly PathName[]> {
  const home = written.startsWith('~/') ? join(homedir(), written.slice(2)) : written;
  const folders = isAbsolute(home) ? [home] : foldersFrom(recipe).map((folder) => join(folder, home));
  for (const folder of written === '' ? folders.slice(0, 1) : folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
    if (entries === null) continue;
    return entries.filter(({ name }) => !name.startsWith('.')).slice(0, MAX_NAMES).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  }
  return [];
}
