import { WHOLE_LIMITS, type Value, type ValuePath } from '../protocol/values.ts';
import { LoupeError } from '../rpc/failure.ts';
import { jsonText, recordText } from './pages/json-text.ts';
import { locateValue } from './pages/locate-value.ts';
import type { Shard } from './shards/shard.ts';

/** A clipboard is no export: more than this is refused, in UTF-16 units. */
export const MAX_COPY = 64 * 1024 * 1024;

/** Rows are read this many at a time, so that a long selection is never in memory twice. */
const BATCH = 64;

interface CopyRequest {
  readonly start: number;
  readonly end: number;
  readonly columns: readonly number[];
  readonly bare: boolean;
  readonly path?: ValuePath;
}

/**
 * JSON of a selection, one record a line. A whole row of a JSON file is copied as the file writes it.
 * @throws LoupeError `too-large` above `MAX_COPY`
 */
export async function copyJson(shard: Shard, request: CopyRequest, signal: AbortSignal): Promise<string> {
  if (request.bare) return jsonText(await readCell(shard, request, signal));
  const whole = request.columns.length === shard.state().columns.length;
  const lines: string[] = [];
  let length = 0;
  for (let start = request.start; start < request.end; start += BATCH) {
    const end = Math.min(request.end, start + BATCH);
    const records = (whole && (await rawRecords(shard, start, end, signal))) || (await builtRecords(shard, { ...request, start, end }, signal));
    lines.push(...records);
    length += records.reduce((sum, line) => sum + line.length + 1, 0);
    if (length > MAX_COPY) {
      throw new LoupeError('too-large', `The selection is more than ${MAX_COPY / 1024 / 1024} Mi characters of JSON; select fewer rows or columns.`);
    }
    if (records.length < end - start) break;
  }
  return lines.join('\n');
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

async function builtRecords(shard: Shard, request: CopyRequest, signal: AbortSignal): Promise<string[]> {
  const columns = shard.state().columns;
  const values = await shard.read({ ...request, limits: WHOLE_LIMITS }, signal);
  const rows = values[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, row) =>
    recordText(request.columns.map((column, i) => [columns[column]?.name ?? '', values[i]?.[row] ?? null] as const)),
  );
}
