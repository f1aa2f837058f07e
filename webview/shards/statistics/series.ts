import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { ColumnSummary, Histogram, ValueCount } from '../../../extension/protocol/statistics.ts';
import { rangeOn, samePath, valuesOn, withCondition } from '../filters/conditions.ts';
import { lengthCondition, lengthRange, type LengthFunction } from '../filters/length-condition.ts';

/** A column of so few values that each is worth its own bar. */
const FEW_VALUES = 24;

/** Share of a column that its most frequent values make up for them to be its picture. */
const TELLING_SHARE = 0.5;

/** What the bars of a column measure that is not its values: in which unit, and how a filter says it, where one can. */
export interface Measure {
  readonly unit: 'characters' | 'items' | 'bytes' | 'norm';
  readonly of: LengthFunction | null;
}

/** The distribution of a column as bars side by side. */
export type Series =
  | { readonly kind: 'range'; readonly histogram: Histogram; readonly kept: readonly number[] | null }
  | { readonly kind: 'length'; readonly measure: Measure; readonly histogram: Histogram; readonly kept: readonly number[] | null }
  | { readonly kind: 'values'; readonly top: readonly ValueCount[]; readonly kept: readonly number[] | null; readonly others: number };

/** What is measured of a column's values instead of themselves; only Parquet's own types have lengths that a filter can ask for. */
export function measureOf({ columns, format }: Pick<ShardState, 'columns' | 'format'>, [name, ...fields]: ColumnPath): Measure {
  const kind = fields.length > 0 ? 'text' : columns.find((column) => column.name === name)?.kind;
  const native = format === 'parquet';
  switch (kind) {
    case 'vector':
      return { unit: 'norm', of: null };
    case 'image':
      return { unit: 'bytes', of: null };
    case 'bytes':
      return { unit: 'bytes', of: native ? 'octet_length' : null };
    case 'list':
    case 'map':
      return { unit: 'items', of: native && kind === 'list' ? 'len' : null };
    default:
      return { unit: 'characters', of: kind === 'text' ? 'length' : null };
  }
}

/** The picture that a summary gives of its column; null where there is none. */
export function seriesOf(summary: ColumnSummary, measure: Measure): Series | null {
  const { histogram, top = [], kept, ofLength, distinct } = summary;
  const filled = summary.rows - summary.nulls;
  const counted = top.reduce((sum, { count }) => sum + count, 0);
  const fewValues = distinct !== undefined && distinct.count <= FEW_VALUES;
  const telling = top.length > 0 && (fewValues || counted >= filled * TELLING_SHARE) && (top[0]?.count ?? 0) > 1;
  const values: Series = { kind: 'values', top, kept: kept?.top ?? null, others: Math.max(0, filled - counted) };
  if (histogram !== undefined && histogram.counts.length > 0 && !(ofLength && telling)) {
    const bins = { histogram, kept: kept?.bins ?? null };
    return ofLength || measure.unit === 'norm' ? { kind: 'length', measure, ...bins } : { kind: 'range', ...bins };
  }
  return telling || (histogram === undefined && top.length > 0) ? values : null;
}

/** Bars of a series. */
export function barCount(series: Series): number {
  return series.kind === 'values' ? series.top.length : series.histogram.counts.length;
}

export function countsOf(series: Series): readonly number[] {
  return series.kind === 'values' ? series.top.map(({ count }) => count) : series.histogram.counts;
}

/** Where a bar begins and ends in the words of the column. */
export function barEnds(series: Series, index: number): { readonly from: string; readonly to: string; readonly last: boolean } {
  if (series.kind === 'values') {
    const value = series.top[index]?.value ?? '';
    return { from: value, to: value, last: true };
  }
  const { edgeTexts, edges, counts, whole } = series.histogram;
  const from = edgeTexts[index] ?? '';
  const single = whole && (edges[index + 1] ?? 0) - (edges[index] ?? 0) === 1;
  const last = index === counts.length - 1;
  return single && !last ? { from, to: from, last: true } : { from, to: edgeTexts[index + 1] ?? '', last };
}

/** Whether a filter can ask for bars of a series. */
export function canFilter(series: Series): boolean {
  return series.kind !== 'length' || series.measure.of !== null;
}

/** The condition that bars `first` to `last` stand for. */
export function barCondition(series: Series, column: ColumnPath, first: number, last: number): Condition {
  if (series.kind === 'values') {
    return { type: 'values', column, values: series.top.slice(first, last + 1).map(({ value }) => value) };
  }
  const { edges, counts, whole } = series.histogram;
  const atEnd = last === counts.length - 1;
  if (series.kind === 'length') {
    const end = edges[last + 1] ?? 0;
    return lengthCondition({ of: series.measure.of ?? 'length', column, min: Math.ceil(edges[first] ?? 0), below: atEnd ? Math.floor(end) + 1 : Math.ceil(end) });
  }
  const { to, last: closed } = barEnds(series, last);
  const min = barEnds(series, first).from;
  return { type: 'range', column, min, max: to, ...(closed || (whole && atEnd) ? {} : { maxOpen: true }) };
}

/** The conditions after bars of a chart were chosen. */
export function withBars(conditions: readonly Condition[], series: Series, column: ColumnPath, first: number, last: number): readonly Condition[] {
  return canFilter(series) ? withCondition(conditions, barCondition(series, column, first, last)) : conditions;
}

/** Which bars the filter lets pass, as far as bars can show it; null where nothing on the column filters. */
export function chosenBars(series: Series, conditions: readonly Condition[], column: ColumnPath): readonly boolean[] | null {
  if (series.kind === 'values') {
    const values = valuesOn(conditions, column);
    return values.length === 0 ? null : series.top.map(({ value }) => values.includes(value));
  }
  const span = series.kind === 'length' ? lengthSpan(conditions, column) : rangeSpan(series.histogram, conditions, column);
  if (span === null) return null;
  const { edges } = series.histogram;
  return series.histogram.counts.map((_, i) => {
    const middle = ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2;
    return middle >= span[0] && middle <= span[1];
  });
}

function lengthSpan(conditions: readonly Condition[], column: ColumnPath): readonly [number, number] | null {
  const ranges = conditions.filter(({ not }) => not !== true).map(lengthRange);
  const range = ranges.find((candidate) => candidate !== null && samePath(candidate.column, column));
  return range === undefined || range === null ? null : [range.min ?? -Infinity, range.below ?? Infinity];
}

function rangeSpan(histogram: Histogram, conditions: readonly Condition[], column: ColumnPath): readonly [number, number] | null {
  const range = rangeOn(conditions, column);
  if (range === null) return null;
  const { min, max } = range;
  const whole = histogram.whole && min !== undefined && min === max ? 1 : 0;
  return [min === undefined ? -Infinity : edgeNumber(histogram, min), max === undefined ? Infinity : edgeNumber(histogram, max) + whole];
}

/** The number that an end stands for on the axis: texts of times are found among the edges. */
export function edgeNumber({ edges, edgeTexts }: Histogram, text: string): number {
  const index = edgeTexts.indexOf(text);
  return edges[index] ?? timeOrNumber(text);
}

function timeOrNumber(text: string): number {
  const number = Number(text);
  return Number.isNaN(number) ? Date.parse(text.includes('T') || !text.includes(' ') ? text : text.replace(' ', 'T')) : number;
}
