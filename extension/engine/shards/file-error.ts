import { basename } from 'node:path';
import type { ErrorCode } from '../../protocol/errors.ts';
import { LoupeError } from '../../rpc/failure.ts';

const WORDS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['not-found', 'is not there any more, or was never'],
  ENOTDIR: ['not-found', 'is not there: a part of its path is no folder'],
  EACCES: ['no-permission', 'may not be read by this user'],
  EPERM: ['no-permission', 'may not be read by this user'],
  EISDIR: ['unsupported', 'is no regular file'],
  EMFILE: ['too-large', 'cannot be opened: too many files are open'],
  ENFILE: ['too-large', 'cannot be opened: too many files are open on this machine'],
  ENAMETOOLONG: ['not-found', 'has a path longer than the file system takes'],
  ESTALE: ['changed', 'was replaced on the network file system; open it again'],
  EIO: ['malformed', 'could not be read: the disk or the network reports an input error'],
};

/** A file-system error in words that name the file and what to do; a `LoupeError` passes unchanged. */
export function fileError(path: string, error: unknown, place?: string): LoupeError {
  if (error instanceof LoupeError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const [kind, words] = WORDS[code] ?? ['internal', `could not be read (${error instanceof Error ? error.message : String(error)})`];
  return new LoupeError(kind, `${basename(path)} ${words}.`, { path, cause: error, ...(place === undefined ? {} : { place }) });
}
