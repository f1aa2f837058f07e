import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import { isPattern, namePattern } from './name-pattern.ts';

/** Files that one set may have; more are a dataset for a cluster, or a mistake. */
export const MAX_FILES = 100_000;
/** Entries of folders that are looked at for one set. */
const MAX_ENTRIES = 2_000_000;
/** Folders inside folders. */
const MAX_DEPTH = 32;

/** A search for files, with what it has met on its way. */
export interface Search {
  readonly signal: AbortSignal;
  readonly followLinks: boolean;
  /** Links that lead out of the folder and were not followed, as paths. */
  readonly links: Set<string>;
  /** Folders that may not be read, as paths. */
  readonly closed: Set<string>;
  entries: number;
}

/**
 * Files below `base` whose path fits the segments, `**` standing for any number of folders. Hidden files and folders
 * fit only a segment that begins with a dot. Links that lead out of the folder where the search begins are not followed unless the search says so.
 * @throws LoupeError `too-large` when the folder is beyond all measure
 */
export async function findFiles(base: string, segments: readonly string[], search: Search): Promise<string[]> {
  const names = segments.findIndex((segment) => isPattern(segment));
  const start = join(base, ...segments.slice(0, names));
  const root = await realpath(start).catch(() => null);
  if (root === null) return [];
  const walk = new Walk(search, root);
  await walk.enter(start, segments.slice(names), 0);
  return [...walk.found];
}

class Walk {
  readonly found = new Set<string>();
  readonly #search: Search;
  readonly #root: string;
  /** Folders and the pattern left to fit, so that `**` after `**` and links in a circle end. */
  readonly #entered = new Set<string>();

  constructor(search: Search, root: string) {
    this.#search = search;
    this.#root = root;
  }

  async enter(folder: string, segments: readonly string[], depth: number): Promise<void> {
    const key = `${segments.length} ${await realpath(folder).catch(() => folder)}`;
    if (depth > MAX_DEPTH || this.#entered.has(key)) return;
    this.#entered.add(key);
    const [segment = '', ...rest] = segments;
    if (segment === '**' && rest.length > 0) await this.enter(folder, rest, depth);
    const fits = segment === '**' ? (): boolean => true : namePattern(segment);
    const hidden = segment.startsWith('.');
    for (const entry of await this.#list(folder)) {
      if ((entry.name.startsWith('.') && !hidden) || !fits(entry.name)) continue;
      const path = join(folder, entry.name);
      const kind = await this.#kindOf(entry, path);
      if (kind === 'file' && rest.length === 0) this.#add(path);
      if (kind === 'folder' && segment === '**') await this.enter(path, segments, depth + 1);
      else if (kind === 'folder' && rest.length > 0) await this.enter(path, rest, depth + 1);
    }
  }

  /** Entries of a folder, whichever kind they are; none where it may not be read. */
  async #list(folder: string): Promise<Dirent[]> {
    const entries: Dirent[] = [];
    try {
      for await (const entry of await opendir(folder, { bufferSize: 512 })) {
        this.#search.signal.throwIfAborted();
        if (++this.#search.entries > MAX_ENTRIES) throw tooMany(folder, `${MAX_ENTRIES.toLocaleString('en')} files and folders`);
        entries.push(entry);
      }
    } catch (error) {
      if (this.#search.signal.aborted || error instanceof LoupeError) throw error;
      if (folder === this.#root) throw fileError(folder, error);
      this.#search.closed.add(folder);
    }
    return entries;
  }

  async #kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | null> {
    if (entry.isFile()) return 'file';
    if (entry.isDirectory()) return 'folder';
    if (!entry.isSymbolicLink()) return null;
    const target = await realpath(path).catch(() => null);
    if (target === null) return null;
    if (!this.#search.followLinks && !`${target}${sep}`.startsWith(this.#root.endsWith(sep) ? this.#root : `${this.#root}${sep}`)) {
      this.#search.links.add(path);
      return null;
    }
    const stats = await stat(target).catch(() => null);
    if (stats?.isFile() === true) return 'file';
    return stats?.isDirectory() === true ? 'folder' : null;
  }

  #add(path: string): void {
    this.found.add(path);
    if (this.found.size > MAX_FILES) throw tooMany(this.#root, `${MAX_FILES.toLocaleString('en')} matching files`);
  }
}

export function tooMany(path: string, what: string): LoupeError {
  return new LoupeError('too-large', `There are more than ${what} in ${path}; a set of shards takes no more. Choose a narrower folder or pattern.`, { path });
}
