import { LoupeError, toLoupeError } from '../../../rpc/failure.ts';
import type { Value } from '../../../protocol/values.ts';
import type { ReadRequest } from '../shard.ts';
import { planCell } from './cell-plan.ts';
import type { ParquetFile, ParquetTable } from './table.ts';

/** Milliseconds for one page; a whole row group over a slow network disk fits. */
const PAGE_DEADLINE = 120_000;

/**
 * Rows `[start, end)` of the asked columns, by column. When DuckDB cannot read them together, each column is
 * read alone, so that one bad column does not hide the others: its cells are `InvalidValue`s with the reason.
 * @throws LoupeError when no column can be read, or for a reason that is not the column's
 */
export async function readPage(file: ParquetFile, table: ParquetTable, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  try {
    return await readColumns(file, table, request, request.columns, signal);
  } catch (error) {
    const failure = toLoupeError(error);
    if (request.columns.length < 2 || !isColumnsFault(failure)) throw failure;
    return readApart(file, table, request, signal);
  }
}

async function readApart(file: ParquetFile, table: ParquetTable, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  const result: Value[][] = [];
  let good = 0;
  let last: LoupeError | null = null;
  for (const column of request.columns) {
    try {
      result.push(...(await readColumns(file, table, request, [column], signal)));
      good++;
    } catch (error) {
      last = toLoupeError(error);
      if (!isColumnsFault(last)) throw last;
      const cell: Value = { type: 'invalid', text: '', message: last.message };
      result.push(Array.from({ length: request.end - request.start }, () => cell));
    }
  }
  if (good === 0 && last) throw last;
  return result;
}

async function readColumns(
  file: ParquetFile,
  table: ParquetTable,
  request: ReadRequest,
  columns: readonly number[],
  signal: AbortSignal,
): Promise<Value[][]> {
  if (columns.length === 0) return [];
  const plans = columns.map((index) => {
    const column = table.columns[index];
    if (!column) throw new LoupeError('invalid-request', `There is no column ${index}.`, { path: file.path });
    return planCell(column.type, `t.c${index}`, request.limits);
  });
  const expressions = plans.map(({ sql }, index) => `${sql} AS v${index}`);
  const result = await file.select(table, expressions, request, { signal, deadline: PAGE_DEADLINE });
  return plans.map(({ decode }, index) => (result.columns[index] ?? []).map(decode));
}

/** Whether reading the other columns may still work. */
function isColumnsFault({ code }: LoupeError): boolean {
  return code === 'malformed' || code === 'unsupported' || code === 'encrypted' || code === 'too-large';
}
