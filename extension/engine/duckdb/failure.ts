import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import type { ErrorCode } from '../../protocol/errors.ts';

/** DuckDB's words for a database that takes no query any more. */
const INVALIDATED = 'has been invalidated';

/** Whether the error may have made the database unusable. */
export function isFatal(error: unknown): boolean {
  const message = messageOf(error);
  return message.includes(INVALIDATED) || message.startsWith('INTERNAL Error') || message.startsWith('FATAL Error');
}

/** Whether the query was refused because of an earlier fatal error, and not for its own fault. */
export function isInvalidated(error: unknown): boolean {
  return messageOf(error).includes(INVALIDATED);
}

/** DuckDB's error about a file in words that name the file; a `LoupeError` passes, with the path added. */
export function duckdbError(path: string, error: unknown, place?: string): LoupeError {
  const where = { path, cause: error, ...(place === undefined ? {} : { place }) };
  const name = basename(path);
  if (error instanceof LoupeError) {
    if (error.path !== undefined || error.code === 'cancelled') return error;
    return new LoupeError(error.code, `${name}: ${error.message}`, where);
  }
  const message = cleanMessage(messageOf(error), path);
  const code = codeOf(message);
  // DuckDB's class of error says nothing to a person who did not call it.
  const reason = message.replace(/^[A-Z][A-Za-z ]* Error: /, '');
  const at = place === undefined ? '' : ` (${place})`;
  return new LoupeError(code, `${name} ${WORDS[code] ?? 'cannot be read'}${at}: ${reason}`, where);
}

/** DuckDB's message without SQL, stack and the file's folder: one line. */
export function cleanMessage(message: string, path: string): string {
  const text = message
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .replace(/\n*(Stack Trace|This error signals an assertion failure)[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll(path, basename(path))
    .trim();
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  encrypted: 'is encrypted',
  'too-large': 'needs more memory than DuckDB may use',
  'not-found': 'is not there any more',
  'no-permission': 'may not be read by this user',
  unsupported: 'holds something that cannot be read yet',
  malformed: 'is damaged or no sound Parquet file',
};

function codeOf(reason: string): ErrorCode {
  if (/encrypt/i.test(reason)) return 'encrypted';
  if (/^Out of Memory Error/i.test(reason)) return 'too-large';
  if (/No files found|No such file/i.test(reason)) return 'not-found';
  if (/Permission denied/i.test(reason)) return 'no-permission';
  if (/^Not implemented Error/i.test(reason) || /not (yet )?(supported|implemented)|unsupported/i.test(reason)) return 'unsupported';
  return 'malformed';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
