import { open } from 'node:fs/promises';
import type { ExportFormat } from '../../protocol/queries.ts';
import { WHOLE_LIMITS } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { rowsOf } from '../copying.ts';
import { copySql } from '../export/copy-sql.ts';
import { parquetValues } from '../export/parquet-values.ts';
import { quoteName } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import { TABLE_TEXTS } from '../pages/table-text.ts';
import { reasonOf } from '../queries/query-error.ts';
import { sqlNames } from '../queries/table-names.ts';
import { writeNewFiles, type PartFiles } from '../writing/new-files.ts';
import { isWriteFault } from '../writing/write-error.ts';
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
 * Writes a result to a file. A file of that name is replaced, unless it is one that is open.
 * @param open paths of the open files
 * @throws LoupeError `invalid-request` for an open file, `unsupported` for values that the format does not have, `cancelled`; why it cannot be written
 */
export async function exportResult(result: ResultTable, { path, format }: { readonly path: string; readonly format: ExportFormat }, open: readonly string[], signal: AbortSignal): Promise<Exported> {
  const write = async (files: PartFiles): Promise<void> => {
    const part = await files.next();
    if (format === 'parquet') await writeParquet(result, part, signal);
    else await writeText(result, part, format, signal);
  };
  const { files } = await writeNewFiles({ path, replace: true, open }, write, signal);
  return { rows: result.rows, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function writeParquet({ table, names, types, rows }: ResultTable, part: string, signal: AbortSignal): Promise<void> {
  const given = types.map((type, at) => ({ sql: `c${at}`, type }));
  const held = await parquetValues(given, (what) => `SELECT ${what} FROM ${table} WHERE rowid < ${rows}`, signal);
  const list = sqlNames(names.map((name) => ({ name }))).map((name, at) => `${held[at]?.sql ?? ''} AS ${quoteName(name)}`);
  try {
    await query(copySql(`SELECT ${list.join(', ')} FROM ${table} WHERE rowid < ${rows} ORDER BY rowid`, part, 'parquet'), [], { signal });
  } catch (error) {
    if (error instanceof LoupeError || isWriteFault(error)) throw error;
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
  } finally {
    await file.close();
  }
}
