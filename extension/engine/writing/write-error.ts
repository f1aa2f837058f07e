import { basename } from 'node:path';
import type { ErrorCode } from '../../protocol/errors.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';

const WORDS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['not-found', 'its folder is not there'],
  ENOTDIR: ['not-found', 'a part of its path is no folder'],
  EACCES: ['no-permission', 'this user may not write there'],
  EPERM: ['no-permission', 'this user may not write there'],
  EROFS: ['no-permission', 'the file system is read-only'],
  EISDIR: ['unsupported', 'there is a folder of this name'],
  ENAMETOOLONG: ['invalid-request', 'its name is too long'],
  ENOSPC: ['too-large', 'the disk is full'],
  EDQUOT: ['too-large', 'the disk quota is used up'],
};

/** How DuckDB, which gives no code, says the same of the file that it writes. */
const DUCKDB_WORDS: readonly (readonly [RegExp, keyof typeof WORDS])[] = [
  [/No space left on device/i, 'ENOSPC'],
  [/Disk quota exceeded/i, 'EDQUOT'],
  [/(?:open|write)[^]*\.part"?: (?:No such file or directory)/i, 'ENOENT'],
  [/(?:open|write)[^]*\.part"?: Permission denied/i, 'EACCES'],
];

/** Why a file cannot be written, in words that name it. */
export function writeError(path: string, error: unknown): LoupeError {
  if (error instanceof LoupeError || (error instanceof Error && error.name === 'AbortError')) return toLoupeError(error);
  const message = error instanceof Error ? error.message : String(error);
  const [kind, words] = WORDS[codeOf(error)] ?? WORDS[duckdbCode(message)] ?? ['internal', message];
  return new LoupeError(kind, `${basename(path)} cannot be written: ${words}.`, { path, cause: error });
}

/** Whether DuckDB's error is about the file that it writes, and not about those that it reads. */
export function isWriteFault(error: unknown): boolean {
  return error instanceof Error && (codeOf(error) !== '' || duckdbCode(error.message) !== '');
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code in WORDS ? code : '';
}

function duckdbCode(message: string): string {
  return DUCKDB_WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? '';
}
