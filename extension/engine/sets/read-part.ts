import type { ErrorCode } from '../../protocol/errors.ts';
import type { Value } from '../../protocol/values.ts';
import { toLoupeError, type LoupeError } from '../../rpc/failure.ts';
import type { Shard } from '../shards/shard.ts';
import type { SetPart } from './part.ts';
import type { PartPool } from './part-pool.ts';
import type { SchemaUnion } from './schema-union.ts';

/** Rows of one shard in the columns of the set. */
export interface PartRows {
  readonly part: SetPart;
  /** How many rows there have to be. */
  readonly rows: number;
  readonly columns: readonly number[];
  /** Reads the shard's own columns. */
  readonly read: (shard: Shard, columns: readonly number[]) => Promise<Value[][]>;
}

/** What is wrong with the file itself, so that asking again is of no use: the other shards go on without it. */
const OF_THE_FILE: ReadonlySet<ErrorCode> = new Set(['not-found', 'no-permission', 'changed', 'malformed', 'encrypted', 'unsupported']);

/**
 * Values by column of the set. Columns that the shard has not are missing in it; rows that a shard lost since they were
 * counted are invalid cells that say why, so that every other row keeps its number.
 * @throws LoupeError that is not the file's fault
 */
export async function readPart(wanted: PartRows, pool: PartPool, union: SchemaUnion, signal: AbortSignal): Promise<Value[][]> {
  const { part, rows, columns } = wanted;
  if (columns.every((column) => column === 0)) return columns.map(() => names(part, rows));
  try {
    return await pool.use(part, (shard) => readOpen(wanted, shard, pool, union), signal);
  } catch (error) {
    const failure = fileFault(error, signal);
    pool.fail(part, failure);
    return columns.map((column) => (column === 0 ? names(part, rows) : lost(rows, failure)));
  }
}

/** The error where the file itself is at fault. @throws any other, as it is */
export function fileFault(error: unknown, signal: AbortSignal): LoupeError {
  const failure = toLoupeError(error);
  if (signal.aborted || !OF_THE_FILE.has(failure.code)) throw error;
  return failure;
}

async function readOpen({ part, rows, columns, read }: PartRows, shard: Shard, pool: PartPool, union: SchemaUnion): Promise<Value[][]> {
  for (;;) {
    const own = columns.map((column) => union.inPart(part.place, column));
    const known = own.filter((column) => column !== undefined);
    // Parquet says beforehand which columns it has; JSON and tar show it as they are read.
    const values = known.length === 0 && part.state?.format === 'parquet' ? [] : await read(shard, known);
    pool.refresh(part);
    if (own.some((column, i) => column === undefined && union.inPart(part.place, columns[i] ?? 0) !== undefined)) continue;
    let next = 0;
    return own.map((column, i) => (columns[i] === 0 ? names(part, rows) : column === undefined ? missing(rows) : whole(values[next++] ?? [], rows, part)));
  }
}

function names({ file }: SetPart, rows: number): Value[] {
  return Array.from({ length: rows }, () => file.name);
}

function missing(rows: number): Value[] {
  return Array.from({ length: rows }, () => ({ type: 'missing' }));
}

function lost(rows: number, { message }: LoupeError): Value[] {
  return Array.from({ length: rows }, () => ({ type: 'invalid', text: '', message }));
}

/** A shard that gives fewer rows than were counted lost them. */
function whole(values: Value[], rows: number, { file }: SetPart): Value[] {
  if (values.length === rows) return values;
  const message = `${file.name} has fewer rows now than when they were counted.`;
  return Array.from({ length: rows }, (_, i) => (i < values.length ? (values[i] ?? null) : { type: 'invalid', text: '', message }));
}
