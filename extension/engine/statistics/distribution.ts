import type { Axis, Point } from './axis.ts';
import type { Ask } from './counted-table.ts';
import { countOf, ordered, unclearRuns, type Division, type Run } from './runs.ts';

/** Parts that values are counted in at a time. */
export const PARTS = 8_192;
/** Rows whose values are told apart at once; no more than this come from DuckDB. */
const VALUES_AT_ONCE = 200_000;
/** Passes after which what is still unclear is told apart by value, however many values there are. */
const MAX_PASSES = 24;
/** Natural logarithms of doubles' shares reach down to this. */
const LOWEST_LOGARITHM = 746;

/** What runs may not hide. */
export interface Asked {
  readonly edges: readonly Point[];
  /** Ranks from 1, ascending, of values that are asked for. */
  readonly ranks: readonly number[];
}

/**
 * Where values lie, as exact as the edges and the quantiles need it. Nothing is sorted and no value is kept: the whole
 * is counted in many small parts, then those few parts that hide an edge or a quantile are looked into. The memory
 * is the same for any number of rows.
 * @param source SQL of a table with the axis' values `m`
 * @param known what is known to begin with, in ascending order
 */
export async function findRuns(ask: Ask, source: string, axis: Axis, known: readonly Run[], { edges, ranks }: Asked): Promise<readonly Run[]> {
  let runs = known;
  for (let pass = 0; ; pass++) {
    const unclear = unclearRuns(runs, edges, ranks);
    if (unclear.length === 0) return runs;
    const clear = runs.filter((run) => !unclear.includes(run));
    if (countOf(unclear) <= VALUES_AT_ONCE || pass >= MAX_PASSES) {
      runs = ordered([...clear, ...(await valuesWithin(ask, source, axis, unclear))]);
      continue;
    }
    const largest = unclear.reduce((a, b) => (b.count > a.count ? b : a));
    const others = unclear.filter((run) => run !== largest);
    runs = ordered([...clear, ...others, ...(await partsOf(ask, source, axis, largest, pass % 2 === 1))]);
  }
}

/** A run for each value. */
async function valuesWithin(ask: Ask, source: string, axis: Axis, runs: readonly Run[]): Promise<Run[]> {
  const rows = await ask(`SELECT m, count(*)::DOUBLE FROM ${source} WHERE ${conditions(axis, runs).join(' OR ')} GROUP BY m`);
  return rows.map(([value = null, count = null]) => {
    const point = axis.point(value);
    return { min: point, max: point, count: Number(count) };
  });
}

/** SQL of the values of some runs. A list of parts is tested at once, where each pair of ends would be a test of its own. */
function conditions(axis: Axis, runs: readonly Run[]): string[] {
  const parts = new Map<Division, number[]>();
  for (const { parts: some } of runs) {
    if (some !== undefined) parts.set(some.division, [...(parts.get(some.division) ?? []), ...some.numbers]);
  }
  const divided = [...parts].map(([division, numbers]) => `(${division.sql} IN (${numbers.join(', ')}))`);
  return [...divided, ...runs.filter((run) => run.parts === undefined).map((run) => `(${between(axis, run)})`)];
}

/**
 * Parts of equal width; of equal ratio where the values crowd at one end, which equal widths do not tell apart. Values
 * fall into parts by an estimate: what a part holds is read from its ends, not from its number.
 */
async function partsOf(ask: Ask, source: string, axis: Axis, run: Run, byRatio: boolean): Promise<Run[]> {
  const share = axis.share(run.min, run.max);
  const position = byRatio ? `(CASE WHEN ${share} > 0 THEN 1 + ln(${share}) / ${LOWEST_LOGARITHM} ELSE 0 END)` : share;
  const division = { sql: `CASE WHEN ${between(axis, run)} THEN coalesce(TRY_CAST(${position} * ${PARTS} AS INTEGER), -1) END` };
  const rows = await ask(`SELECT ${division.sql} AS p, min(m), max(m), count(*)::DOUBLE FROM ${source} WHERE ${conditions(axis, [run]).join(' OR ')} GROUP BY p`);
  return ordered(rows.map(([part, min = null, max = null, count]) => {
    const parts = { division, numbers: [Number(part)] };
    return { min: axis.point(min), max: axis.point(max), count: Number(count), parts };
  }));
}

/** SQL of whether `m` is one of a run's values. */
export function between(axis: Axis, { min, max }: Pick<Run, 'min' | 'max'>): string {
  return `m BETWEEN ${axis.literal(min)} AND ${axis.literal(max)}`;
}
