import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Notice, ShardLocation } from '../../protocol/shards.ts';
import { suffixFormat } from '../shards/detect.ts';
import { expandBraces } from './braces.ts';
import { chooseShards, FAMILY_WORDS, type SetFile } from './choose-shards.ts';
import { isPattern } from './name-pattern.ts';
import { naturalOrder } from './natural-order.ts';
import { listed } from './wording.ts';
import { findFiles, MAX_FILES, tooMany, type Search } from './walk.ts';

export type SetLocation = Extract<ShardLocation, { kind: 'set' }>;

/** The files of a set in their order, and what a person should know about the choice. */
export interface Expansion {
  readonly files: readonly SetFile[];
  readonly notices: readonly Notice[];
}

const FOLDER = ['**'] as const;

/**
 * The files that a set names. A pattern that is the path of a file or folder means that; others are brace globs. What is
 * named without a wildcard belongs to the set whether it is there or not.
 * @throws LoupeError `too-large`, `not-found` and `no-permission` of a folder that is named
 */
export async function expandSet(location: SetLocation, signal: AbortSignal): Promise<Expansion> {
  const search: Search = { signal, followLinks: location.followLinks === true, links: new Set(), closed: new Set(), entries: 0 };
  const files = new Map<string, SetFile>();
  const notices: Notice[] = [];
  for (const pattern of location.patterns) {
    for (const file of await expandPattern(location.folder, pattern, search, notices)) files.set(file.path, file);
    if (files.size > MAX_FILES) throw tooMany(location.folder, `${MAX_FILES.toLocaleString('en')} matching files`);
  }
  return { files: [...files.values()], notices: [...notices, ...linkNotices(location.folder, search)] };
}

async function expandPattern(folder: string, pattern: string, search: Search, notices: Notice[]): Promise<SetFile[]> {
  const named = resolve(folder, pattern);
  const there = await kindOf(named);
  if (there === 'file') return [fileOf(folder, named)];
  if (there === 'folder') return chosen(folder, await findFiles(named, FOLDER, search), notices);
  const files: SetFile[] = [];
  let count = 0;
  for (const plain of expandBraces(slashed(pattern))) {
    search.signal.throwIfAborted();
    if (++count > MAX_FILES) throw tooMany(folder, `${MAX_FILES.toLocaleString('en')} names in ${pattern}`);
    files.push(...(await expandPlain(folder, plain, search, notices)));
  }
  return files;
}

/** One pattern without braces. */
async function expandPlain(folder: string, plain: string, search: Search, notices: Notice[]): Promise<SetFile[]> {
  const segments = plain.split('/').filter((segment, i) => segment !== '' || i === 0);
  if (!segments.some((segment) => isPattern(segment))) {
    const path = resolve(folder, plain);
    // A shard's name needs no look at the disk: opening tells whether it is there.
    const inside = suffixFormat(plain) === null && (await kindOf(path)) === 'folder';
    return inside ? chosen(folder, await findFiles(path, FOLDER, search), notices) : [fileOf(folder, path)];
  }
  const base = isAbsolute(plain) ? (segments[0] === '' ? '/' : `${segments[0] ?? ''}/`) : folder;
  const found = await findFiles(base, isAbsolute(plain) ? segments.slice(1) : segments, search);
  // A pattern that says nothing about the end of the name takes what a folder would take.
  return /[*?]$/.test(plain) ? chosen(folder, found, notices) : sorted(folder, found);
}

function chosen(folder: string, paths: readonly string[], notices: Notice[]): SetFile[] {
  const { shards, leftOut, family } = chooseShards(sorted(folder, paths));
  if (leftOut.length > 0 && family !== null) {
    const files = leftOut.length === 1 ? '1 file of another format is' : `${leftOut.length} files of other formats are`;
    notices.push({ severity: 'info', message: `The table is of ${FAMILY_WORDS[family]}; ${files} left out: ${listed(leftOut.map(({ name }) => name))}.` });
  }
  return [...shards];
}

function sorted(folder: string, paths: readonly string[]): SetFile[] {
  return paths.map((path) => fileOf(folder, path)).sort((a, b) => naturalOrder(a.name, b.name));
}

function fileOf(folder: string, path: string): SetFile {
  const name = relative(folder, path);
  return { path, name: slashed(name === '' || name.startsWith('..') || isAbsolute(name) ? path : name) };
}

function linkNotices(folder: string, { links, closed }: Search): Notice[] {
  const notices: Notice[] = [];
  const names = (paths: ReadonlySet<string>): string => listed([...paths].map((path) => fileOf(folder, path).name));
  if (links.size > 0) {
    const what = links.size === 1 ? '1 link that leads out of the folder is' : `${links.size} links that lead out of the folder are`;
    notices.push({ severity: 'warning', message: `${what} not followed: ${names(links)}. The setting loupe.sets.followLinks changes that.` });
  }
  if (closed.size > 0) notices.push({ severity: 'warning', message: `${closed.size === 1 ? '1 folder' : `${closed.size} folders`} may not be read by this user: ${names(closed)}.` });
  return notices;
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() === true ? 'file' : stats?.isDirectory() === true ? 'folder' : null;
}
