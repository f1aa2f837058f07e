import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LAYOUTS, type Join, type Layout, type ShardKey } from './layouts.ts';

/** A file beside a shard, with the layouts that it may belong to, the likeliest first. */
export interface FoundFile {
  readonly path: string;
  readonly layouts: readonly FoundLayout[];
}

/** A layout with everything filled in. */
export interface FoundLayout {
  readonly name: string;
  readonly join: Join;
  readonly isObject: boolean;
  readonly has: Layout['has'];
  readonly names: Readonly<Record<string, string>>;
}

/** What stands for a `*` in a path, in which no name has one. */
const STAR = '\0';
/** Names of a folder that are looked at for a `*`. */
const MAX_LISTED = 10_000;
/** Files that one shard may have beside it. */
const MAX_FILES = 64;

/** Files beside a shard that belong to it, by their names alone. Never throws: what cannot be looked at is not there. */
export async function findSideCars(path: string, columns: readonly string[], signal: AbortSignal): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundLayout[]>();
  const folders = new Map<string, Promise<readonly string[]>>();
  const list = (folder: string): Promise<readonly string[]> => {
    const names = folders.get(folder) ?? listFolder(folder);
    folders.set(folder, names);
    return names;
  };
  // All at once: one after the other, each would wait for its turn between pieces of the shard's index.
  const searches = LAYOUTS.map(async (layout) => {
    const groups = groupsOf(path, layout, columns);
    if (groups === null) return null;
    const pattern = resolve(dirname(path), fill(layout.file.replace('*', STAR), groups));
    return { layout, groups, files: await filesOf(pattern, list) };
  });
  for (const search of await Promise.all(searches)) {
    if (search === null) continue;
    const { layout, groups, files } = search;
    for (const { file, star } of files) {
      if (file === path || (!found.has(file) && found.size >= MAX_FILES)) continue;
      const layouts = found.get(file) ?? [];
      layouts.push(fillLayout(layout, groups, star));
      found.set(file, layouts);
    }
  }
  signal.throwIfAborted();
  return [...found].map(([file, layouts]) => ({ path: file, layouts }));
}

/** The shard's name without its suffixes. */
export function stemOf(path: string): string {
  return basename(path).replace(/\.(tar|tgz|parquet|jsonl|ndjson|json)?(\.(gz|zst|zstd))?$/i, '');
}

type Groups = Readonly<Record<string, string>>;

function groupsOf(path: string, layout: Layout, columns: readonly string[]): Groups | null {
  if (layout.shardColumn !== undefined && !columns.includes(layout.shardColumn)) return null;
  const match = layout.shard.exec(path.replaceAll('\\', '/'));
  if (match === null) return null;
  const inner = match.groups?.inner ?? '';
  // From the shard's folder to that which holds `documents`.
  const documents = '../'.repeat(inner.split('/').length);
  return { ...match.groups, inner, documents, stem: stemOf(path), name: basename(path) };
}

function fill(text: string, groups: Groups): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => groups[name] ?? '');
}

function fillLayout({ name, join: how, isObject = false, has, names = {} }: Layout, groups: Groups, star: string): FoundLayout {
  const filled = Object.entries(names).map(([from, to]) => [from, to.replace('*', star)]);
  return { name, join: fillJoin(how, groups), isObject, has, names: Object.fromEntries(filled) as Record<string, string> };
}

function fillJoin(how: Join, groups: Groups): Join {
  const key = <T extends ShardKey>(keyed: T): T => (keyed.path === undefined ? keyed : { ...keyed, path: fill(keyed.path, groups) });
  if (how.by === 'key') return key(how);
  return how.by === 'row' && how.check !== undefined ? { ...how, check: key(how.check) } : how;
}

interface Candidate {
  readonly file: string;
  readonly star: string;
}

/** The regular files by a path in which one name may have a `*`. */
async function filesOf(path: string, list: (folder: string) => Promise<readonly string[]>): Promise<Candidate[]> {
  const [head = '', tail] = path.split(STAR);
  if (tail === undefined) return (await isFile(path)) ? [{ file: path, star: '' }] : [];
  const [folder, before] = [dirname(`${head}.`), /[^\\/]*$/.exec(head)?.[0] ?? ''];
  const [, after = '', rest = ''] = /^([^\\/]*)(.*)$/s.exec(tail) ?? [];
  const fitting = (await list(folder)).filter((name) => name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after));
  const candidates = fitting.slice(0, MAX_FILES).map((name) => ({ file: join(folder, name + rest), star: name.slice(before.length, name.length - after.length) }));
  const there = await Promise.all(candidates.map(({ file }) => isFile(file)));
  return candidates.filter((_, i) => there[i]);
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      names.push(name);
      if (names.length >= MAX_LISTED) break;
    }
  } catch {
    return [];
  }
  return names.sort();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
