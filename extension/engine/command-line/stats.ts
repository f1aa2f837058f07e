import type { ColumnPath } from '../../protocol/queries.ts';
import { QUANTILES, type ColumnSummary } from '../../protocol/statistics.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import { countColumn } from '../statistics/statistics.ts';
import { terminalText } from './text-table.ts';

/** A column's distribution, or why there is none. */
export interface ColumnStatistics {
  readonly column: ColumnPath;
  readonly type?: string;
  readonly summary?: ColumnSummary;
  readonly error?: LoupeError;
}

/**
 * Distributions of all columns, or of those that are named with what is inside them; one after the other.
 * @throws LoupeError for a column that the file does not have, and when the whole file cannot be read
 */
export async function columnStatistics(shard: Shard, names: readonly string[] | null, signal: AbortSignal): Promise<ColumnStatistics[]> {
  await shard.settled();
  const all = (await readShape(shard, signal)).map(({ path }) => path);
  const chosen = names === null ? all : names.flatMap((name) => named(all, name));
  const types = new Map(shard.state().columns.map(({ name, type }) => [name, type]));
  const found: ColumnStatistics[] = [];
  for (const column of chosen) {
    const type = column.length === 1 ? types.get(column[0]) : undefined;
    found.push({ column, ...(type === undefined ? {} : { type }), ...(await statisticsOf(shard, column, signal)) });
  }
  return found;
}

function named(all: readonly ColumnPath[], name: string): ColumnPath[] {
  const found = all.filter((path) => path.join('.') === name || path.join('.').startsWith(`${name}.`));
  if (found.length > 0) return found;
  throw new LoupeError('invalid-request', `There is no column ${name}; there are ${all.map((path) => path.join('.')).join(', ')}.`);
}

async function statisticsOf(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<Pick<ColumnStatistics, 'summary' | 'error'>> {
  try {
    return { summary: (await countColumn(shard, column, signal)).summary.summary };
  } catch (error) {
    const failure = toLoupeError(error);
    if (failure.code === 'cancelled' || failure.code === 'changed' || failure.code === 'not-found') throw failure;
    return { error: failure };
  }
}

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
