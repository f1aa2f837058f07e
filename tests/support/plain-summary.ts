import { expect } from 'vitest';
import { QUANTILES, type ColumnSummary } from '../../extension/protocol/statistics.ts';

/** A value in a form that JavaScript orders exactly: floats as numbers, all else as whole numbers of some unit. */
export type Ordered = number | bigint;

/** How a suite reads a column that it compares. */
export interface PlainColumn {
  /** What was measured of each row; null for null. */
  readonly values: readonly (Ordered | null)[];
  /** The measure of a text that the summary shows. */
  readonly parse: (text: string) => Ordered;
  /** Rows that are not null although nothing was measured of them. */
  readonly unmeasured?: number;
}

const below = (a: Ordered, b: Ordered): number => (a < b ? -1 : a > b ? 1 : 0);
const isFinite = (value: Ordered): boolean => typeof value === 'bigint' || Number.isFinite(value);

/** Compares the distribution with one that a plain loop over all values gives. */
export function expectDistribution(summary: ColumnSummary, { values, parse, unmeasured = 0 }: PlainColumn): void {
  const held = values.filter((value) => value !== null);
  const finite = held.filter(isFinite).sort(below);
  expect(summary).toMatchObject({
    rows: values.length,
    nulls: values.length - held.length - unmeasured,
    nans: held.filter((value) => Number.isNaN(value)).length,
    infinities: held.filter((value) => value === Infinity || value === -Infinity).length,
  });
  if (finite.length === 0) {
    expect(summary).not.toHaveProperty('min');
    expect(summary).not.toHaveProperty('histogram');
    return;
  }
  expect(below(parse(summary.min ?? ''), finite[0]!), `min ${summary.min}`).toBe(0);
  expect(below(parse(summary.max ?? ''), finite.at(-1)!), `max ${summary.max}`).toBe(0);
  expect(summary.quantiles?.map(parse), 'quantiles').toEqual(QUANTILES.map((share) => finite[Math.max(1, Math.ceil((finite.length * Math.round(share * 100)) / 100)) - 1]));
  expectHistogram(summary, finite, parse);
}

function expectHistogram({ histogram }: ColumnSummary, sorted: readonly Ordered[], parse: (text: string) => Ordered): void {
  const edges = histogram!.edgeTexts.map(parse);
  expect(edges).toEqual([...edges].sort(below));
  expect(histogram!.edges).toHaveLength(edges.length);
  expect(histogram!.counts).toHaveLength(edges.length - 1);
  expect(edges.length).toBeLessThanOrEqual(56);
  expect(sorted[0]! >= edges[0]! && sorted.at(-1)! <= edges.at(-1)!, 'edges hold both ends').toBe(true);
  const counts = histogram!.counts.map(() => 0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < counts.length - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  expect(histogram!.counts).toEqual(counts);
}

/** Compares the most frequent values with those of a plain loop; `texts` are the values as the grid shows them, null for null. */
export function expectFrequent(summary: ColumnSummary, texts: readonly (string | null)[]): void {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  expect(summary.distinct).toEqual({ count: counts.size, exact: true });
  const top = summary.top ?? [];
  expect(top.map(({ count }) => count)).toEqual([...counts].filter(([text]) => [...text].length <= 1_000).map(([, count]) => count).sort((a, b) => b - a).slice(0, 20));
  for (const { value, count } of top) expect(counts.get(value), value).toBe(count);
}
