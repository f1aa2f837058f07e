import { LoupeError, toLoupeError } from '../../../rpc/failure.ts';
import type { Value } from '../../../protocol/values.ts';
import type { ReadRequest, RowsRequest } from '../shard.ts';
import type { CellPages } from '../parquet-pages/cell-pages.ts';
import { planCell } from './cell-plan.ts';
import type { ListChecks } from './list-checks.ts';
import type { ParquetFile, ParquetTable, WantedRows } from './table.ts';

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
  readonly cells: CellPages;
}

/** Rows `[start, end)` of the asked columns, by column. @throws LoupeError as `readCells` */
export async function readPage(source: PageSource, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  const { start, end, columns, limits } = request;
  const read = await readCells({ ...source, rows: { start, end }, limits, signal }, columns);
  return read.map((column) => (column instanceof LoupeError ? invalidCells(column, end - start) : column.values));
}

/** Single rows in the order asked for, those outside the table as null. @throws LoupeError as `readCells` */
export async function readSingleRows(source: PageSource, request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
  const rows = [...new Set(request.rows)].filter((row) => row >= 0 && row < source.table.rows).sort((a, b) => a - b);
  if (rows.length === 0) return request.columns.map(() => request.rows.map(() => null));
  const read = await readCells({ ...source, rows, limits: request.limits, signal }, request.columns);
  return read.map((column) => {
    if (column instanceof LoupeError) return invalidCells(column, request.rows.length);
    const found = new Map(column.rows.map((row, at) => [row, column.values[at] ?? null]));
    return request.rows.map((row) => found.get(row) ?? null);
  });
}

interface CellsWanted extends PageSource {
  readonly rows: WantedRows;
  readonly limits: ReadRequest['limits'];
  readonly signal: AbortSignal;
}

/** A column's cells with the numbers of their rows. */
interface ColumnCells {
  readonly rows: readonly number[];
  readonly values: Value[];
}

/**
 * Cells of the asked columns. When DuckDB cannot read them together they are read in halves, down to single
 * columns, so that one bad column does not hide the others: for it there is the reason. Columns that the time did
 * not suffice for are bad together.
 * @throws LoupeError when no column can be read, or for a reason that is not the column's
 */
async function readCells(wanted: CellsWanted, columns: readonly number[]): Promise<(ColumnCells | LoupeError)[]> {
  const { cells, rows, limits, signal } = wanted;
  const byPage = await cells.read(columns, rows, limits, signal);
  const others = columns.filter((column) => !byPage.has(column));
  const found = others.length === 0 ? [] : await readByDuckdb(wanted, others);
  const numbers = 'start' in rows ? Array.from({ length: rows.end - rows.start }, (_, index) => rows.start + index) : rows;
  let next = 0;
  return columns.map((column) => {
    const values = byPage.get(column);
    return values === undefined ? (found[next++] ?? { rows: [], values: [] }) : { rows: numbers, values };
  });
}

async function readByDuckdb(wanted: CellsWanted, columns: readonly number[]): Promise<(ColumnCells | LoupeError)[]> {
  const { file, table, lists, rows } = wanted;
  const verdicts = file.isSmall(table) ? columns.map(() => 'unknown' as const) : await lists.check(columns, rows);
  const giveUp = performance.now() + APART_BUDGET;
  const read: (ColumnCells | LoupeError)[] = verdicts.map((verdict) => (verdict instanceof LoupeError ? verdict : { rows: [], values: [] }));
  for (const way of ['sound', 'unknown'] as const) {
    const positions = [...verdicts.keys()].filter((position) => verdicts[position] === way);
    const found = await readApart((some) => readColumns(wanted, some, way === 'sound'), positions.map((position) => columns[position] ?? -1), giveUp);
    for (const [index, position] of positions.entries()) read[position] = found[index] ?? { rows: [], values: [] };
  }
  const failure = read.find((column) => column instanceof LoupeError);
  if (failure && read.every((column) => column instanceof LoupeError)) throw failure;
  return read;
}

type ReadTogether = (columns: readonly number[]) => Promise<ColumnCells[]>;

/** Each column's values, or why it has none. */
async function readApart(read: ReadTogether, columns: readonly number[], giveUp: number): Promise<(ColumnCells | LoupeError)[]> {
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

function invalidCells({ message }: LoupeError, length: number): Value[] {
  return Array.from({ length }, () => ({ type: 'invalid', text: '', message }));
}

async function readColumns({ file, table, rows, limits, signal }: CellsWanted, columns: readonly number[], seek: boolean): Promise<ColumnCells[]> {
  if (columns.length === 0) return [];
  const plans = columns.map((index) => {
    const column = table.columns[index];
    if (!column) throw new LoupeError('invalid-request', `There is no column ${index}.`, { path: file.path });
    return planCell(column.type, `t.c${index}`, limits);
  });
  const expressions = plans.map(({ sql }, index) => `${sql} AS v${index}`);
  const deadline = seek || file.isSmall(table) ? PAGE_DEADLINE : WHOLE_DEADLINE;
  const result = await file.select(table, [...expressions, 't.row'], rows, seek, { signal, deadline });
  const numbers = (result.columns[plans.length] ?? []).map(Number);
  return plans.map(({ decode }, index) => ({ rows: numbers, values: (result.columns[index] ?? []).map(decode) }));
}

/** Whether reading the other columns may still work. */
function isColumnsFault({ code }: LoupeError): boolean {
  return code === 'malformed' || code === 'unsupported' || code === 'encrypted' || code === 'too-large';
}
