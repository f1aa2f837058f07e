import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';
import { askOf, type CountedColumn } from '../../../extension/engine/statistics/counted-table.ts';
import { summarise } from '../../../extension/engine/statistics/summary.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';

export const ask = askOf('a table of a test', new AbortController().signal);

let next = 0;

/** A table of one column in the engine's DuckDB. */
export async function tableOf(select: string): Promise<CountedColumn> {
  const name = `t${next++}`;
  await query(`CREATE TABLE ${name} AS ${select}`, []);
  const { types } = await query(`SELECT v FROM ${name} LIMIT 0`, []);
  return { from: name, value: 'v', type: types[0]! };
}

export function columnOf(type: string, texts: readonly (string | null)[]): Promise<CountedColumn> {
  return tableOf(`SELECT unnest([${texts.map((text) => (text === null ? 'NULL' : quoteText(text))).join(', ')}]::VARCHAR[])::${type} AS v`);
}

export async function summaryOf(column: CountedColumn): Promise<ColumnSummary> {
  const [row] = await ask(`SELECT count(*)::DOUBLE FROM ${column.from}`);
  const rows = Number(row?.[0]);
  return (await summarise(ask, ['v'], column, { rows, tableRows: rows, exact: true })).summary;
}

export { closeDuckdb };
