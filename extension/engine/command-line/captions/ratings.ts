import { WHOLE_LIMITS } from '../../../protocol/values.ts';
import { METRICS, percents, Ratings } from '../../captions/ratings.ts';
import { rowsOf } from '../../copying.ts';
import { textTable } from '../text-table.ts';
import type { CaptionsWork } from './run.ts';

const BATCH = 500;

/** The side-by-side ratings of a file, a table for each pair of texts. */
export async function showRatings({ invocation, captions: { shard }, circumstances: { terminal, signal }, tell }: CaptionsWork): Promise<void> {
  const { columns, rows } = shard.state();
  const ratings = new Ratings();
  for (let start = 0; start < rows; start += BATCH) {
    const values = await shard.read({ start, end: Math.min(rows, start + BATCH), columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
    for (const row of rowsOf(values)) ratings.take(row.map((value, at) => [columns[at]?.name ?? '', value] as const));
  }
  const tables = [...ratings.tables()];
  if (tables.length === 0) tell('there are no ratings: fields like metrics/Specificity with "A is marginally better"');
  if (ratings.unknown > 0) tell(`${ratings.unknown} ratings say something else than the five points; they do not count`);
  for (const [group, { a, b, counts }] of tables) {
    if (invocation.format === 'json') {
      terminal.out(`${JSON.stringify({ group, a, b, counts, percent: Object.fromEntries(METRICS.map((metric) => [metric, percents(counts[metric])])) })}\n`);
      continue;
    }
    const lines = METRICS.map((metric) => [metric, ...percents(counts[metric]).map(String), String(counts[metric].reduce((sum, count) => sum + count, 0))]);
    terminal.out(`${group === '' ? '' : `${group}\n`}${textTable(['percent', `${a}++`, `${a}+`, 'neutral', `${b}+`, `${b}++`, 'ratings'], lines, terminal.width)}\n`);
  }
}
