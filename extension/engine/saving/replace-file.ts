import { basename, dirname, join } from 'node:path';
import type { DurableFile, DurableFiles, FileFacts } from '../../durable/files.ts';
import { fingerprintOf, fingerprintOfOpen, sameFile } from '../../durable/fingerprint.ts';
import { codeOf } from '../../durable/local-files.ts';
import type { Fingerprint, SaveFacts } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { changedError, saveError } from './save-error.ts';
import { removeLeftBehind, temporaryName } from './temporary-name.ts';

/** A file that takes another one's place. */
export interface Replacement {
  /** What the new content is made from, and what it was when that began. */
  readonly source: { readonly path: string; readonly fingerprint: Fingerprint };
  readonly target: string;
  readonly breakHardLinks: boolean;
}

/** What replaced the target. */
export interface Replaced {
  readonly path: string;
  readonly fingerprint: Fingerprint;
  readonly durable: boolean;
}

/** A new file that waits to take the target's place. */
export interface Staged<T> {
  readonly written: T;
  /** Takes the place. @throws LoupeError where the target stays as it was; the new file is gone then */
  readonly commit: () => Promise<Replaced>;
  /** The new file is not wanted. */
  readonly discard: () => Promise<void>;
}

/** Writes the new content under a temporary name that is not there yet; answers with the file, still open, and what else there is to tell. */
export type WriteTemporary<T extends { readonly file: DurableFile }> = (path: string) => Promise<T>;

/**
 * Replaces a file so that at any instant either the old one or the new one is there, whole: a temporary file in the same
 * folder, flushed, takes the target's mode and owner and then its name. A symbolic link stays and leads to the new file.
 * Where anything fails, or the source is another one by then, the temporary file goes and the target is as it was.
 * @throws LoupeError `changed`, `no-permission`, `not-found`, `too-large` (no room), `linked`, `cancelled`
 */
export async function replaceFile<T extends { readonly file: DurableFile }>(files: DurableFiles, job: Replacement, write: WriteTemporary<T>, signal: AbortSignal): Promise<Replaced & { readonly written: T }> {
  const staged = await stageFile(files, job, write, signal);
  return { ...(await staged.commit()), written: staged.written };
}

/** The first half of `replaceFile`: the new file is written and flushed, and the target as it was. @throws LoupeError as `replaceFile` */
export async function stageFile<T extends { readonly file: DurableFile }>(files: DurableFiles, job: Replacement, write: WriteTemporary<T>, signal: AbortSignal): Promise<Staged<T>> {
  let temporary: string | null = null;
  const discard = async (): Promise<void> => {
    if (temporary !== null) await files.remove(temporary).catch(() => undefined);
  };
  const orDiscard = async <R>(work: () => Promise<R>): Promise<R> => {
    try {
      return await work();
    } catch (error) {
      await discard();
      throw saveError(job.target, error);
    }
  };
  return orDiscard(async () => {
    const path = await resolveTarget(files, job.target);
    const before = await factsIfThere(files, path);
    if (before !== null) refuseUnwritable(path, before, job.breakHardLinks);
    const { mode } = before ?? (await files.facts(job.source.path));
    await removeLeftBehind(files, dirname(path));
    const name = (temporary = temporaryName(dirname(path)));
    const written = await write(name);
    const fingerprint = await finish(written.file, path, before, mode);
    const commit = (): Promise<Replaced> =>
      orDiscard(async () => {
        await refuseChanged(files, job.source);
        signal.throwIfAborted();
        await files.rename(name, path);
        temporary = null;
        return { path, fingerprint, durable: await flushFolder(files, dirname(path)) };
      });
    return { written, commit, discard };
  });
}

/** What to ask a person before a save. @throws LoupeError where the file is not there */
export async function saveFacts(files: DurableFiles, path: string): Promise<SaveFacts> {
  try {
    const real = await files.realPath(path);
    const facts = await files.facts(real);
    return { linkTarget: real === path ? null : real, otherNames: facts.links - 1, refusal: refusalOf(real, facts) };
  } catch (error) {
    throw saveError(path, error);
  }
}

/** A name that is not there yet is taken in the folder that it leads to. */
async function resolveTarget(files: DurableFiles, target: string): Promise<string> {
  try {
    return await files.realPath(target);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return join(await files.realPath(dirname(target)), basename(target));
  }
}

async function factsIfThere(files: DurableFiles, path: string): Promise<FileFacts | null> {
  try {
    return await files.facts(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return null;
  }
}

function refuseUnwritable(path: string, facts: FileFacts, breakHardLinks: boolean): void {
  const refusal = refusalOf(path, facts);
  if (refusal !== null) throw new LoupeError('no-permission', refusal, { path });
  if (facts.links > 1 && !breakHardLinks) {
    const others = facts.links === 2 ? 'another name' : `${facts.links - 1} other names`;
    throw new LoupeError('linked', `${basename(path)} has ${others} (hard links), which would keep the old content; nothing was saved.`, { path });
  }
}

/** A rename would go through where a write would not: what is read-only stays as it is. */
function refusalOf(path: string, facts: FileFacts): string | null {
  if (!facts.isFile) return `${basename(path)} is no regular file; it cannot be saved.`;
  return (facts.mode & 0o222) === 0 ? `${basename(path)} is read-only; allow writing to it, or save under another name.` : null;
}

/** Gives the new file what the old one had, and waits until it is on the disk. A file of a new name is the user's own. */
async function finish(file: DurableFile, path: string, before: FileFacts | null, mode: number): Promise<Fingerprint> {
  try {
    if (before !== null) await giveBack(file, path, before);
    await file.setMode(mode);
    await file.sync();
    return await fingerprintOfOpen(file);
  } finally {
    await file.close();
  }
}

/** @throws LoupeError `no-permission` where only another user could own the new file */
async function giveBack(file: DurableFile, path: string, before: FileFacts): Promise<void> {
  const { owner, group } = await file.facts();
  if (before.owner === owner && before.group === group) return;
  try {
    await file.setOwner(before.owner, before.group);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
    throw new LoupeError('no-permission', `${basename(path)} belongs to another user or group, which a save by this user cannot keep; save under another name.`, { path, cause: error });
  }
}

async function refuseChanged(files: DurableFiles, { path, fingerprint }: Replacement['source']): Promise<void> {
  if (!sameFile(await fingerprintOf(files, path), fingerprint)) throw changedError(path);
}

/** The file is in place already: a folder that cannot be flushed is told, it is no failure of the save. */
async function flushFolder(files: DurableFiles, folder: string): Promise<boolean> {
  try {
    await files.syncFolder(folder);
    return true;
  } catch {
    return false;
  }
}
