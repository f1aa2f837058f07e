import type { ColumnSummary } from '../../protocol/statistics.ts';
import { binSql } from './bin-sql.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import type { Summary } from './summary.ts';
import { measuredOf, valuesOf } from './tally.ts';

/** What some of a column's rows are, in the bins and top values of the summary of all. @throws LoupeError */
export async function countKept(ask: Ask, { summary, edges, measure }: Summary, kept: CountedColumn): Promise<NonNullable<ColumnSummary['kept']>> {
  const { axis } = measure;
  const names = (summary.top ?? []).map(({ value }) => measure.named(value));
  const source = axis === null ? valuesOf(kept, measure) : measuredOf(kept, measure, axis);
  const bin = axis === null || edges.length === 0 ? 'NULL' : binSql(axis, edges, 'm');
  const name = names.length === 0 ? 'NULL' : `CASE WHEN v IN (${names.join(', ')}) THEN v::VARCHAR END`;
  const rows = await ask(`SELECT b, t, z, count(*)::DOUBLE FROM (SELECT ${bin} AS b, ${name} AS t, v IS NULL AS z FROM ${source}) GROUP BY b, t, z`);

  const bins = (summary.histogram?.counts ?? []).map(() => 0);
  const top = new Map((summary.top ?? []).map(({ value }) => [value, 0]));
  let [total, nulls] = [0, 0];
  for (const [b, t, z, n] of rows) {
    const count = Number(n);
    total += count;
    if (z === true) nulls += count;
    if (typeof b === 'number') bins[b] = (bins[b] ?? 0) + count;
    if (typeof t === 'string') top.set(t, (top.get(t) ?? 0) + count);
  }
  return { rows: total, bins, top: [...top.values()], nulls };
}
