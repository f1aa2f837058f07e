import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { ExportFormat } from '../../protocol/queries.ts';
import type { ShardState } from '../../protocol/shards.ts';
import { WHOLE_LIMITS } from '../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { rowsOf } from '../copying.ts';
import { quoteName, quoteText } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import { TABLE_TEXTS } from '../pages/table-text.ts';
import { reasonOf } from '../queries/query-error.ts';
import { sqlNames } from '../queries/table-names.ts';
import { readResult } from './result-values.ts';
import type { ResultTable } from './run-statement.ts';

/** Rows that are written as text at a time. */
const BATCH = 1_000;

/** What was written. */
export interface Exported {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes a result to a file: under a temporary name beside it first, so that no half of a file is ever there. A file of
 * that name is replaced, unless it is one of the open shard's own.
 * @throws LoupeError `invalid-request` for the shard's own file, `unsupported` for values that the format does not have, `cancelled`; why it cannot be written
 */
export async function exportResult(result: ResultTable, target: { readonly path: string; readonly format: ExportFormat }, shard: ShardState, signal: AbortSignal): Promise<Exported> {
  const { path, format } = target;
  await refuseOwnFile(path, shard);
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    // By us, so that a folder which is not there is told in our words.
    await (await open(part, 'wx')).close();
    if (format === 'parquet') await writeParquet(result, part, signal);
    else await writeText(result, part, format, signal);
    signal.throwIfAborted();
    const { size } = await stat(part);
    await rename(part, path);
    return { rows: result.rows, bytes: size };
  } catch (error) {
    await rm(part, { force: true });
    throw writeError(path, error);
  }
}

async function refuseOwnFile(path: string, { path: own, parts = [], sideCars = [] }: ShardState): Promise<void> {
  const target = await identity(path);
  if (target === null) return;
  for (const file of [own, ...[...parts, ...sideCars].map((each) => each.path), ...sideCars.flatMap(({ others = [] }) => others)]) {
    if ((await identity(file)) === target) throw new LoupeError('invalid-request', `${basename(path)} is the file that is open here; choose another name.`, { path });
  }
}

/** What a file is by any of its names: links lead to it, and some file systems do not tell case. */
async function identity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? null : `${found.dev} ${found.ino}`;
}

const WORDS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['not-found', 'its folder is not there'],
  ENOTDIR: ['not-found', 'a part of its path is no folder'],
  EACCES: ['no-permission', 'this user may not write there'],
  EPERM: ['no-permission', 'this user may not write there'],
  EROFS: ['no-permission', 'the file system is read-only'],
  EISDIR: ['unsupported', 'there is a folder of this name'],
  ENOSPC: ['too-large', 'the disk is full'],
  EDQUOT: ['too-large', 'the disk quota is used up'],
};

function writeError(path: string, error: unknown): LoupeError {
  if (error instanceof LoupeError || (error instanceof Error && error.name === 'AbortError')) return toLoupeError(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const [kind, words] = WORDS[code] ?? ['internal', error instanceof Error ? error.message : String(error)];
  return new LoupeError(kind, `${basename(path)} cannot be written: ${words}.`, { path, cause: error });
}

async function writeParquet({ table, names, rows }: ResultTable, part: string, signal: AbortSignal): Promise<void> {
  const list = sqlNames(names.map((name) => ({ name }))).map((name, at) => `c${at} AS ${quoteName(name)}`);
  const select = `SELECT ${list.join(', ')} FROM ${table} WHERE rowid < ${rows} ORDER BY rowid`;
  try {
    await query(`COPY (${select}) TO ${quoteText(part)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`, [], { signal });
  } catch (error) {
    if (error instanceof LoupeError) throw error;
    throw new LoupeError('unsupported', `The result cannot be written as Parquet: ${reasonOf(error)}`, { cause: error });
  }
}

/** By our own writer, which keeps every digit of a number. */
async function writeText(result: ResultTable, part: string, format: 'jsonl' | 'csv', signal: AbortSignal): Promise<void> {
  const { header, row, lineBreak } = TABLE_TEXTS[format === 'csv' ? 'csv' : 'json'];
  const names = sqlNames(result.names.map((name) => ({ name })));
  const file = await open(part, 'w');
  try {
    const write = async (lines: readonly string[]): Promise<void> => {
      if (lines.length > 0) await file.appendFile(`${lines.join(lineBreak)}${lineBreak}`);
    };
    await write(header(names));
    for (let start = 0; start < result.rows; start += BATCH) {
      await write(rowsOf(await readResult(result, start, start + BATCH, WHOLE_LIMITS, signal)).map((values) => row(names, values)));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
