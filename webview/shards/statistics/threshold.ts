import type { ColumnPath, Condition, Query } from '../../../extension/protocol/queries.ts';
import type { ColumnSummary, Histogram } from '../../../extension/protocol/statistics.ts';
import { countFrom } from '../../charts/geometry.ts';
import { roundedText } from '../../charts/scale.ts';
import { rangeOn, samePath, withCondition } from '../filters/conditions.ts';
import { edgeNumber } from './series.ts';

/** Pixels of a chart that a value shall be told apart by. */
const RESOLUTION = 400;

/** A cut through a column: rows on one side are kept. */
export interface Threshold {
  readonly at: number;
  /** The value as the filter says it. */
  readonly text: string;
  readonly keepsAbove: boolean;
}

/** The cut that the filter makes already, or none at the end where all is kept. */
export function presentThreshold(histogram: Histogram, conditions: readonly Condition[], column: ColumnPath, keepsAbove: boolean): Threshold | null {
  const range = rangeOn(conditions, column);
  if (range === null) return null;
  const { min, max } = range;
  if (min !== undefined && max === undefined) return { at: edgeNumber(histogram, min), text: min, keepsAbove: true };
  if (max !== undefined && min === undefined) return { at: edgeNumber(histogram, max), text: max, keepsAbove: false };
  const end = keepsAbove ? min : max;
  return end === undefined ? null : { at: edgeNumber(histogram, end), text: end, keepsAbove };
}

/** A cut at a place of the chart, with no more digits than the hand can mean. */
export function thresholdAt(histogram: Histogram, at: number, keepsAbove: boolean, time: boolean): Threshold {
  const { edges, whole } = histogram;
  if (time) return { at, text: timeText(at) ?? nearestEdge(histogram, at), keepsAbove };
  const span = (edges.at(-1) ?? 1) - (edges[0] ?? 0);
  const text = roundedText(at, span / RESOLUTION || 1, whole);
  return { at: Number(text), text, keepsAbove };
}

export function thresholdCondition({ text, keepsAbove }: Threshold, column: ColumnPath): Condition {
  return keepsAbove ? { type: 'range', column, min: text } : { type: 'range', column, max: text };
}

/** The query with the cut in the place of what filters the column now. */
export function thresholdQuery(query: Query, threshold: Threshold, column: ColumnPath): Query {
  return { conditions: withCondition(query.conditions, thresholdCondition(threshold, column)), sort: [] };
}

/** The query without what filters the column: what a cut divides. */
export function withoutRange(query: Query, column: ColumnPath): Query {
  const own = rangeOn(query.conditions, column);
  return { conditions: query.conditions.filter((condition) => condition !== own), sort: [] };
}

/** How many rows a cut keeps by the bins alone; null where other conditions make that a wrong guess. */
export function roughlyKept(summary: ColumnSummary, threshold: Threshold, conditions: readonly Condition[]): number | null {
  const { histogram, column, rows, tableRows } = summary;
  const others = conditions.some((condition) => condition.type !== 'range' || !samePath(condition.column, column));
  if (histogram === undefined || others) return null;
  const above = countFrom(histogram.edges, histogram.counts, threshold.at);
  const all = histogram.counts.reduce((sum, count) => sum + count, 0);
  return (threshold.keepsAbove ? above : all - above) * (rows === 0 ? 1 : tableRows / rows);
}

/** The text of the edge that is nearest: an edge is a place that the column can be cut at, whatever it is. */
function nearestEdge({ edges, edgeTexts }: Histogram, at: number): string {
  const nearest = edges.reduce((best, edge, index) => (Math.abs(edge - at) < Math.abs((edges[best] ?? 0) - at) ? index : best), 0);
  return edgeTexts[nearest] ?? '';
}

/** `2024-05-01 12:00:00`, as DuckDB writes times; null for years that are not written with four digits, or that no Date reaches. */
function timeText(at: number): string | null {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return null;
  const text = date.toISOString().replace('T', ' ').replace('Z', '');
  return text.endsWith('.000') ? text.slice(0, -4) : text;
}
