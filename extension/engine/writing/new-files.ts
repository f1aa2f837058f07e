import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { partName, removePartsOfDead } from '../../durable/part-files.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { writeError } from './write-error.ts';

/** Where new files go. */
export interface NewFileTarget {
  /** Of one file its path; of several the path that their numbers are put into: `name-00000-of-00010.jsonl.gz`. */
  readonly path: string;
  /** What of the name stays behind the number: `.jsonl.gz`. Absent for one file, which keeps its name. */
  readonly suffix?: string;
  /** Files of these names may be replaced. */
  readonly replace: boolean;
  /** Files that are never replaced: those that are open. */
  readonly open: readonly string[];
}

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/** Gives one file after the other to write to, under temporary names. */
export interface PartFiles {
  /** An empty file of a temporary name, in the folder of its later one. */
  next(): Promise<string>;
}

/**
 * Writes files so that all of them are there in the end or none: under temporary names beside their own first, which
 * they get when everything is written.
 * @throws LoupeError `invalid-request` for the name of an open file, or of any file where `replace` is false; `cancelled`; why one cannot be written
 */
export async function writeNewFiles<T>(target: NewFileTarget, work: (files: PartFiles) => Promise<T>, signal: AbortSignal): Promise<{ readonly result: T; readonly files: readonly WrittenFile[] }> {
  const parts: string[] = [];
  const next = async (): Promise<string> => {
    const part = partName(target.path);
    parts.push(part);
    // By us, so that a folder which is not there is told in our words.
    await (await open(part, 'wx')).close();
    return part;
  };
  try {
    await refuseBefore(target);
    await removePartsOfDead(dirname(target.path));
    const result = await work({ next });
    signal.throwIfAborted();
    return { result, files: await place(target, parts) };
  } catch (error) {
    await Promise.all(parts.map((part) => rm(part, { force: true })));
    throw writeError(target.path, error);
  }
}

/** A refusal comes before the work and not behind it. */
async function refuseBefore(target: NewFileTarget): Promise<void> {
  if (target.suffix === undefined) return refuse(target, target.path);
  const [front, suffix] = [`${stemOf(target)}-`, target.suffix];
  const names = await readdir(dirname(target.path));
  const numbered = names.filter((name) => name.startsWith(front) && name.endsWith(suffix) && /^\d{5,}-of-\d{5,}$/.test(name.slice(front.length, -suffix.length)));
  for (const name of numbered) await refuse(target, join(dirname(target.path), name));
}

async function refuse({ replace, open: files }: NewFileTarget, path: string): Promise<void> {
  const found = await identity(path);
  if (found === null) return;
  for (const file of files) {
    if ((await identity(file)) === found) throw new LoupeError('invalid-request', `${basename(path)} is a file that is open here; choose another name.`, { path });
  }
  if (!replace) throw new LoupeError('invalid-request', `${basename(path)} is there already; choose another name, or say that it may be replaced.`, { path });
}

/** What a file is by any of its names: links lead to it, and some file systems do not tell case. */
async function identity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? null : `${found.dev} ${found.ino}`;
}

/** Gives every part its name; what was given one is taken back when a later one cannot have it. */
async function place(target: NewFileTarget, parts: readonly string[]): Promise<WrittenFile[]> {
  const paths = parts.map((_, at) => (target.suffix === undefined ? target.path : join(dirname(target.path), numberedName(stemOf(target), target.suffix, at, parts.length))));
  for (const path of paths) await refuse(target, path);
  const placed: WrittenFile[] = [];
  try {
    for (const [at, part] of parts.entries()) {
      const path = paths[at] ?? target.path;
      const size = await settle(part);
      await (target.replace ? rename(part, path) : renameToFree(part, path));
      placed.push({ path, bytes: size });
    }
  } catch (error) {
    await Promise.all(placed.map(({ path }) => rm(path, { force: true })));
    throw error;
  }
  return placed;
}

/** What was written has reached the disk before it gets its name. @returns its size */
async function settle(part: string): Promise<number> {
  const file = await open(part, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** A rename replaces what came there meanwhile; a link does not. */
async function renameToFree(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw new LoupeError('invalid-request', `${basename(path)} came to be while it was written; choose another name.`, { path, cause: error });
    // Some file systems have no links.
    await rename(part, path);
    return;
  }
  await rm(part, { force: true });
}

function stemOf({ path, suffix = '' }: NewFileTarget): string {
  const name = basename(path);
  return name.toLowerCase().endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
}

/** As writers of datasets name the files of one split. */
export function numberedName(stem: string, suffix: string, at: number, count: number): string {
  return `${stem}-${String(at).padStart(5, '0')}-of-${String(count).padStart(5, '0')}${suffix}`;
}
