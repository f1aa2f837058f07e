import { QUANTILES, type ColumnSummary } from '../../protocol/statistics.ts';
import { terminalText } from '../pages/terminal-text.ts';
import type { ColumnStatistics } from './all-columns.ts';

/** The distributions as members of a JSON object. */
export function statisticsJson(columns: readonly ColumnStatistics[]): unknown[] {
  return columns.map(({ column, type, summary, error }) => ({ ...summary, column, type, ...(error === undefined ? {} : { error: error.toData() }) }));
}

/** A few lines a column. */
export function statisticsText(columns: readonly ColumnStatistics[]): string {
  return columns.map(({ column, type, summary, error }) => {
    const title = [column.join('.'), type ?? ''].map(terminalText).join('  ').trimEnd();
    const lines = summary === undefined ? [`cannot be counted: ${error?.message ?? ''}`] : linesOf(summary);
    return [title, ...lines.map((line) => `  ${terminalText(line)}`)].join('\n');
  }).join('\n\n') + '\n';
}

function linesOf(summary: ColumnSummary): string[] {
  const { rows, nulls, missing, nans, infinities, distinct, histogram } = summary;
  const counts = [
    `rows ${rows}`,
    ...(nulls > 0 ? [`null ${share(nulls, rows)}`] : []),
    ...(missing > 0 ? [`of them missing ${missing}`] : []),
    ...(nans > 0 ? [`NaN ${share(nans, rows)}`] : []),
    ...(infinities > 0 ? [`infinite ${share(infinities, rows)}`] : []),
    ...(distinct === undefined ? [] : [`distinct ${distinct.exact ? '' : 'about '}${distinct.count}`]),
    ...(summary.dimensions === undefined ? [] : [`dimension ${[...new Set(summary.dimensions)].join(' to ')}`]),
  ];
  const top = summary.top ?? [];
  return [
    counts.join(', '),
    ...distributionLines(summary),
    ...(histogram === undefined ? [] : [`${bars(histogram.counts)}  ${histogram.edgeTexts[0] ?? ''} to ${histogram.edgeTexts.at(-1) ?? ''}`]),
    ...(top.length === 0 ? [] : [`top ${top.slice(0, SHOWN_VALUES).map(({ value, count }) => `${shortened(value)}: ${share(count, rows)}`).join('; ')}`]),
  ];
}

function distributionLines({ min, max, mean, quantiles, ofLength, dimensions }: ColumnSummary): string[] {
  if (min === undefined || max === undefined) return [];
  const of = ofLength ? 'length: ' : dimensions === undefined ? '' : 'norm: ';
  return [
    `${of}min ${min}, max ${max}${mean === undefined ? '' : `, mean ${Number(mean.toPrecision(6))}`}`,
    ...(quantiles === undefined ? [] : [QUANTILES.map((at, i) => `${Math.round(at * 100)} % ${quantiles[i] ?? ''}`).join(', ')]),
  ];
}

const SHOWN_VALUES = 8;
const LONGEST_VALUE = 40;

function shortened(value: string): string {
  const signs = [...value];
  return signs.length <= LONGEST_VALUE ? value : `${signs.slice(0, LONGEST_VALUE - 1).join('')}…`;
}

function share(count: number, rows: number): string {
  const percent = (100 * count) / Math.max(1, rows);
  return `${count} (${percent < 0.1 && count > 0 ? 'below 0.1' : percent.toFixed(1)} %)`;
}

const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A sign a bin; a bin with any value at all is seen. */
function bars(counts: readonly number[]): string {
  const highest = Math.max(...counts, 1);
  return counts.map((count) => BARS[count === 0 ? 0 : Math.max(1, Math.round((count / highest) * (BARS.length - 1)))]).join('');
}
