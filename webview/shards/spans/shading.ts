import type { PlacedSpan } from './place.ts';

/** Steps of shade between the lowest and the highest score. */
export const LEVELS = 6;

/** Between what scores the shades go. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** A step of shade; null for a score that is null or no finite number. */
export type Level = number | null;

/** A stretch of text with one shade, in UTF-16 units. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly level: Level;
}

/** 0 to 1 where all scores are in there, so that one row compares with the next; else what this row has. Null without scores. */
export function scaleOf(scores: readonly (string | null)[]): Scale | null {
  let low = Infinity;
  let high = -Infinity;
  for (const score of scores) {
    const number = finite(score);
    if (number === null) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  if (low > high) return null;
  return low >= 0 && high <= 1 ? { low: 0, high: 1 } : { low, high };
}

export function levelOf(score: string | null, scale: Scale | null): Level {
  const number = finite(score);
  if (number === null || scale === null) return null;
  if (scale.high === scale.low) return LEVELS - 1;
  return Math.min(LEVELS - 1, Math.floor(((number - scale.low) / (scale.high - scale.low)) * LEVELS));
}

/** Stretches that do not overlap, in order. Where spans do, the one that begins last is on top, and of two the shorter. */
export function segmentsOf(spans: readonly PlacedSpan[], scale: Scale | null): Segment[] {
  const shaded = spans.filter(({ from, to, problem }) => problem !== 'impossible' && from < to).sort((a, b) => a.from - b.from || b.to - a.to);
  const segments: Segment[] = [];
  const open: PlacedSpan[] = [];
  let at = 0;
  const drawUntil = (end: number): void => {
    for (let top = open.at(-1); top !== undefined && at < end; top = open.at(-1)) {
      const to = Math.min(top.to, end);
      if (at < to) segments.push({ from: at, to, level: levelOf(top.span.score, scale) });
      at = Math.max(at, to);
      if (top.to <= at) open.pop();
    }
    at = Math.max(at, end);
  };
  for (const span of shaded) {
    drawUntil(span.from);
    open.push(span);
  }
  drawUntil(Infinity);
  return segments;
}

function finite(score: string | null): number | null {
  const number = score === null ? NaN : Number(score);
  return Number.isFinite(number) ? number : null;
}
