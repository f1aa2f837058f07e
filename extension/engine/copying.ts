import type { CopyFormat, CopyRequest } from '../protocol/queries.ts';
import { WHOLE_LIMITS, type Value } from '../protocol/values.ts';
import { LoupeError } from '../rpc/failure.ts';
import { jsonText } from './pages/json-text.ts';
import { locateValue } from './pages/locate-value.ts';
import { TABLE_TEXTS } from './pages/table-text.ts';
import type { Shard } from './shards/shard.ts';

/** A clipboard is no export: more than this is refused, in UTF-16 units. */
export const MAX_COPY = 64 * 1024 * 1024;

/** Rows are read this many at a time, so that a long selection is never in memory twice. */
const BATCH = 64;

/**
 * A selection as text. As JSON a whole row of a JSON file is copied as the file writes it.
 * @throws LoupeError `too-large` above `MAX_COPY`
 */
export async function copySelection(shard: Shard, request: CopyRequest, signal: AbortSignal): Promise<string> {
  if (request.bare) return jsonText(await readCell(shard, request, signal));
  const { columns } = shard.state();
  const names = request.columns.map((column) => columns[column]?.name ?? '');
  const { start: first, end: last, format = 'json' } = request;
  const asWritten = format === 'json' && request.columns.length === columns.length;
  return copyRows({ start: first, end: last, format, names }, async (start, end, write) => {
    const raw = asWritten ? await rawRecords(shard, start, end, signal) : null;
    return raw ?? rowsOf(await shard.read({ start, end, columns: request.columns, limits: WHOLE_LIMITS }, signal)).map(write);
  });
}

interface RowsWanted {
  readonly start: number;
  readonly end: number;
  readonly format: CopyFormat;
  readonly names: readonly string[];
}

/** Reads rows `[start, end)` as lines of the format, which `write` makes of a row's values. */
type ReadLines = (start: number, end: number, write: (values: readonly Value[]) => string) => Promise<readonly string[]>;

/** Rows as text, read in batches. @throws LoupeError `too-large` above `MAX_COPY` */
export async function copyRows({ start: first, end: last, format, names }: RowsWanted, read: ReadLines): Promise<string> {
  const { header, row, lineBreak } = TABLE_TEXTS[format];
  const lines: string[] = [...header(names)];
  let length = 0;
  for (let start = first; start < last; start += BATCH) {
    const end = Math.min(last, start + BATCH);
    const added = await read(start, end, (values) => row(names, values));
    lines.push(...added);
    length += added.reduce((sum, line) => sum + line.length + 1, 0);
    if (length > MAX_COPY) {
      throw new LoupeError('too-large', `The selection is more than ${MAX_COPY / 1024 / 1024} Mi characters of text; select fewer rows or columns.`);
    }
    if (added.length < end - start) break;
  }
  return lines.join(lineBreak);
}

/** Values by column as values by row. */
export function rowsOf(columns: readonly (readonly Value[])[]): Value[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] ?? null));
}

async function readCell(shard: Shard, { start, columns, path = [] }: CopyRequest, signal: AbortSignal): Promise<Value> {
  const values = await shard.read({ start, end: start + 1, columns: columns.slice(0, 1), limits: WHOLE_LIMITS }, signal);
  const cell = values[0]?.[0];
  const value = cell === undefined ? undefined : locateValue(cell, path);
  if (value === undefined) throw new LoupeError('invalid-request', `Row ${start + 1} has no such value any more.`);
  return value;
}

/** Records as written; null where the format has no text form or a record goes over several lines. */
async function rawRecords(shard: Shard, start: number, end: number, signal: AbortSignal): Promise<string[] | null> {
  const last = Math.min(end, shard.state().rows);
  const lines: string[] = [];
  for (let row = start; row < last; row++) {
    const raw = await shard.raw(row, signal);
    if (raw === null || (end - start > 1 && raw.includes('\n'))) return null;
    lines.push(raw);
  }
  return lines;
}
