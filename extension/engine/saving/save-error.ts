import { basename } from 'node:path';
import { codeOf } from '../../durable/local-files.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';

const WORDS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['not-found', 'the file or its folder is not there any more'],
  ENOTDIR: ['not-found', 'a part of its path is no folder any more'],
  EACCES: ['no-permission', 'this user may not write in its folder'],
  EPERM: ['no-permission', 'this user may not write in its folder'],
  EROFS: ['no-permission', 'the file system is read-only'],
  EISDIR: ['unsupported', 'there is a folder of this name'],
  ENOSPC: ['too-large', 'the disk is full; a save needs room for a second copy of the file'],
  EDQUOT: ['too-large', 'the disk quota is used up; a save needs room for a second copy of the file'],
  EFBIG: ['too-large', 'the file system takes no file of this size'],
  ENAMETOOLONG: ['unsupported', 'its path is longer than the file system takes'],
  EMFILE: ['too-large', 'too many files are open'],
  ENFILE: ['too-large', 'too many files are open on this machine'],
  EIO: ['internal', 'the disk or the network reports an error'],
  EBUSY: ['no-permission', 'another program holds the file'],
  ETXTBSY: ['no-permission', 'another program holds the file'],
};

/** Why a file could not be saved, in words that say what to do; the file is as it was. A `LoupeError` passes unchanged. */
export function saveError(path: string, error: unknown): LoupeError {
  if (error instanceof LoupeError || (error instanceof Error && error.name === 'AbortError')) return toLoupeError(error);
  const [kind, words] = WORDS[codeOf(error)] ?? ['internal', error instanceof Error ? error.message : String(error)];
  return new LoupeError(kind, `${basename(path)} was not saved: ${words}.`, { path, cause: error });
}

/** The file is not the one any more that the edits were made on. */
export function changedError(path: string): LoupeError {
  return new LoupeError('changed', `${basename(path)} was changed by another program since it was opened; nothing was saved.`, { path });
}
