import { LoupeError, toLoupeError } from '../../../rpc/failure.ts';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import type { QueryOptions } from '../../duckdb/session.ts';
import type { ReadRequest } from '../shard.ts';
import { planCell } from './cell-plan.ts';
import type { ListChecks } from './list-checks.ts';
import type { PageRows, ParquetFile, ParquetTable } from './table.ts';

/** Milliseconds for one page; a whole row group over a slow network disk fits. */
const PAGE_DEADLINE = 120_000;

/** Milliseconds for telling good columns from bad: with a thousand bad ones it would take a query for each. */
const APART_BUDGET = 2_000;

/** Milliseconds for reading a large file from its beginning, which is done only where seeking in it is not safe. */
const WHOLE_DEADLINE = 4_000;

/** What pages are read from. */
export interface PageSource {
  readonly file: ParquetFile;
  readonly table: ParquetTable;
  readonly lists: ListChecks;
}

/**
 * Rows `[start, end)` of the asked columns, by column. When DuckDB cannot read them together they are read in
 * halves, down to single columns, so that one bad column does not hide the others: its cells are
 * `InvalidValue`s with the reason. Columns that the time did not suffice for are invalid together.
 * @throws LoupeError when no column can be read, or for a reason that is not the column's
 */
export async function readPage(source: PageSource, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  const { file, table, lists } = source;
  const small = file.isSmall(table);
  const verdicts = small ? request.columns.map(() => 'unknown' as const) : await lists.check(request.columns, request.start, request.end);
  const giveUp = performance.now() + APART_BUDGET;
  const read: (Value[] | LoupeError)[] = verdicts.map((verdict) => (verdict instanceof LoupeError ? verdict : []));
  for (const way of ['sound', 'unknown'] as const) {
    const positions = [...verdicts.keys()].filter((position) => verdicts[position] === way);
    const columns = positions.map((position) => request.columns[position] ?? -1);
    const rows = { start: request.start, end: request.end, seek: way === 'sound' };
    const deadline = small || way === 'sound' ? PAGE_DEADLINE : WHOLE_DEADLINE;
    const found = await readApart((some) => readColumns(source, some, request.limits, rows, { signal, deadline }), columns, giveUp);
    for (const [index, position] of positions.entries()) read[position] = found[index] ?? [];
  }
  const failure = read.find((column) => column instanceof LoupeError);
  if (failure && read.every((column) => column instanceof LoupeError)) throw failure;
  return read.map((column) => (column instanceof LoupeError ? invalidCells(column, request) : column));
}

type ReadTogether = (columns: readonly number[]) => Promise<Value[][]>;

/** Each column's values, or why it has none. */
async function readApart(read: ReadTogether, columns: readonly number[], giveUp: number): Promise<(Value[] | LoupeError)[]> {
  try {
    return await read(columns);
  } catch (error) {
    const failure = toLoupeError(error);
    if (!isColumnsFault(failure)) throw failure;
    if (columns.length === 1 || performance.now() > giveUp) return columns.map(() => failure);
    const half = columns.length >> 1;
    const first = await readApart(read, columns.slice(0, half), giveUp);
    return [...first, ...(await readApart(read, columns.slice(half), giveUp))];
  }
}

function invalidCells({ message }: LoupeError, { start, end }: ReadRequest): Value[] {
  return Array.from({ length: end - start }, () => ({ type: 'invalid', text: '', message }));
}

async function readColumns(
  { file, table }: PageSource,
  columns: readonly number[],
  limits: ValueLimits,
  rows: PageRows,
  options: QueryOptions,
): Promise<Value[][]> {
  if (columns.length === 0) return [];
  const plans = columns.map((index) => {
    const column = table.columns[index];
    if (!column) throw new LoupeError('invalid-request', `There is no column ${index}.`, { path: file.path });
    return planCell(column.type, `t.c${index}`, limits);
  });
  const expressions = plans.map(({ sql }, index) => `${sql} AS v${index}`);
  const result = await file.select(table, expressions, rows, options);
  return plans.map(({ decode }, index) => (result.columns[index] ?? []).map(decode));
}

/** Whether reading the other columns may still work. */
function isColumnsFault({ code }: LoupeError): boolean {
  return code === 'malformed' || code === 'unsupported' || code === 'encrypted' || code === 'too-large';
}
