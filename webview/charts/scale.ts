import type { scaleLinear, scaleUtc } from 'd3-scale';

/** What is used of d3-scale. */
export interface Scales {
  readonly scaleLinear: typeof scaleLinear;
  readonly scaleUtc: typeof scaleUtc;
}

/** Pixels that one label of an axis takes at least. */
const TICK_ROOM = 72;

/** A place on an axis and what stands there. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** From the values of a column to pixels and back. */
export interface Axis {
  readonly toPixel: (value: number) => number;
  readonly toValue: (pixel: number) => number;
  readonly ticks: readonly Tick[];
}

/**
 * An axis over `domain` on `length` pixels from `start` on; from right to left where `length` is negative.
 * @param time values are milliseconds since 1970
 */
export function axisOf(scales: Scales, domain: readonly [number, number], start: number, length: number, time: boolean): Axis {
  const range = [start, start + length];
  const count = Math.max(2, Math.floor(Math.abs(length) / TICK_ROOM));
  if (time) {
    const scale = scales.scaleUtc(domain, range);
    const label = scale.tickFormat();
    return { toPixel: (value) => scale(value), toValue: (pixel) => scale.invert(pixel).getTime(), ticks: scale.ticks(count).map((at) => ({ at: at.getTime(), label: label(at) })) };
  }
  const scale = scales.scaleLinear(domain, range);
  const span = Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
  const label = span >= 1e5 || (span < 1e-3 && span > 0) ? scale.tickFormat(count, '.3~s') : scale.tickFormat(count);
  return { toPixel: (value) => scale(value), toValue: (pixel) => scale.invert(pixel), ticks: scale.ticks(count).map((at) => ({ at, label: label(at) })) };
}

/** Edges as they are drawn: a column of one value has a bin without width. */
export function drawnEdges(edges: readonly number[]): readonly number[] {
  const [first = 0] = edges;
  return edges.length === 2 && first === edges[1] ? [first - 0.5, first + 0.5] : edges;
}

/** Index of the bin that holds a value; the nearest one for values outside. */
export function binAt(edges: readonly number[], value: number): number {
  const above = edges.findIndex((edge) => edge > value);
  return Math.max(0, Math.min(edges.length - 2, (above === -1 ? edges.length : above) - 1));
}

/** A value as text with no more digits than `step` can tell apart. */
export function roundedText(value: number, step: number, whole: boolean): string {
  if (whole) return String(Math.round(value));
  const digits = Math.max(0, Math.min(12, Math.ceil(-Math.log10(step))));
  return String(Number(value.toFixed(digits)));
}
