import type { Value, ValueLimits } from '../../protocol/values.ts';
import { query } from '../duckdb/session.ts';
import { planCell } from '../shards/parquet/cell-plan.ts';
import type { ResultTable } from './run-statement.ts';

/** Rows `[start, end)` of a result by column. @throws LoupeError `cancelled`; DuckDB's own error otherwise */
export async function readResult({ table, types, rows }: ResultTable, start: number, end: number, limits: ValueLimits, signal: AbortSignal): Promise<Value[][]> {
  const plans = types.map((type, at) => planCell(type, `t.c${at}`, limits));
  const list = plans.map(({ sql }, at) => `${sql} AS v${at}`).join(', ');
  const { columns } = await query(`SELECT ${list} FROM ${table} AS t WHERE t.rowid >= $1 AND t.rowid < $2 ORDER BY t.rowid`, [start, Math.min(end, rows)], { signal });
  return plans.map(({ decode }, at) => (columns[at] ?? []).map(decode));
}
