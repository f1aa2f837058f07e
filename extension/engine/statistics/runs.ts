import { QUANTILES } from '../../protocol/statistics.ts';
import type { Point } from './axis.ts';

/** So many values between two points, both of which occur. */
export interface Run {
  readonly min: Point;
  readonly max: Point;
  readonly count: number;
  /** By what numbers SQL knows its values within a division. */
  readonly parts?: { readonly division: Division; readonly numbers: readonly number[] };
}

/** Values that are dealt out to numbered parts. */
export interface Division {
  /** SQL of the part that `m` falls into; null for values that are not dealt out. */
  readonly sql: string;
}

/** Runs in ascending order; those that overlap are made one. */
export function ordered(runs: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const run of [...runs].sort((a, b) => compare(a.min, b.min))) {
    const last = result.at(-1);
    if (last === undefined || last.max < run.min) result.push(run);
    else result[result.length - 1] = united(last, run);
  }
  return result;
}

function united(a: Run, b: Run): Run {
  const ends = { min: a.min, max: a.max > b.max ? a.max : b.max, count: a.count + b.count };
  if (a.parts === undefined || a.parts.division !== b.parts?.division) return ends;
  return { ...ends, parts: { division: a.parts.division, numbers: [...a.parts.numbers, ...b.parts.numbers] } };
}

export function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.count, 0);
}

/** Ranks of the quantiles among `total` values, from 1: the first rank that is at least the share. */
export function quantileRanks(total: number): number[] {
  // In hundredths, because 0.07 * 100 is more than 7.
  return QUANTILES.map((share) => Math.max(1, Math.ceil((total * Math.round(share * 100)) / 100)));
}

/** The runs that hide where an edge cuts or what value has a rank. */
export function unclearRuns(runs: readonly Run[], edges: readonly Point[], ranks: readonly number[]): Run[] {
  let before = 0;
  return runs.filter((run) => {
    const first = before + 1;
    before += run.count;
    if (run.min === run.max) return false;
    return ranks.some((rank) => rank > first && rank < before) || edges.some((edge) => run.min < edge && edge <= run.max);
  });
}

/** Values between edges, the last one's upper edge with them. No run may hide an edge. */
export function binCounts(runs: readonly Run[], edges: readonly Point[]): number[] {
  const counts = Array.from({ length: edges.length - 1 }, () => 0);
  let bin = 0;
  for (const run of runs) {
    while (bin < counts.length - 1 && run.min >= (edges[bin + 1] ?? run.min)) bin++;
    counts[bin] = (counts[bin] ?? 0) + run.count;
  }
  return counts;
}

/** The values that have these ranks, which ascend. No run may hide one. */
export function pointsAt(runs: readonly Run[], ranks: readonly number[]): Point[] {
  const points: Point[] = [];
  let before = 0;
  for (const run of runs) {
    const end = before + run.count;
    for (let rank = ranks[points.length]; rank !== undefined && rank <= end; rank = ranks[points.length]) points.push(rank === end ? run.max : run.min);
    before = end;
  }
  return points;
}

function compare(a: Point, b: Point): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
