import { LoupeError } from '../../rpc/failure.ts';
import { basename } from 'node:path';

/**
 * A path as DuckDB's file functions want it: they take a glob, so `*`, `?` and `[` are put in brackets to
 * stand for themselves.
 * @throws LoupeError `unsupported` for a POSIX name with both a backslash and one of these
 */
export function literalPattern(path: string): string {
  if (!/[*?[]/.test(path)) return path;
  if (path.includes('\\') && process.platform !== 'win32') {
    throw new LoupeError('unsupported', `${basename(path)} has a backslash and one of * ? [ in its path, which DuckDB cannot open; rename it.`, { path });
  }
  return path.replace(/[*?[]/g, (sign) => `[${sign}]`);
}
