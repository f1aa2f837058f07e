import type { Value } from '../../protocol/values.ts';

/** The five metrics of ImageInWords, as its files name them, in the order of its table. */
export const METRICS = ['Comprehensiveness', 'Specificity', 'Hallucination', 'First few line(s) as tldr', 'Human Like'] as const;

export type Metric = (typeof METRICS)[number];

/** How much better one of two texts is: of the first two points A is. */
export const POINTS = ['A is substantially better', 'A is marginally better', 'Neutral', 'B is marginally better', 'B is substantially better'] as const;

/** What two texts are called that were compared, and what was said of them. */
export interface RatedPair {
  readonly a: string;
  readonly b: string;
  /** Ratings of each metric by point; `B` is what the release calls its own (`IIW`, `IIW-Human`) where one is. */
  readonly counts: Readonly<Record<Metric, readonly number[]>>;
}

const PREFIX = 'metrics/';
const VERDICT = /^(.+) is (marginally|substantially) better$/;

/** Collects ratings that stand in records: as fields `metrics/*` of the record, or inside fields of it. */
export class Ratings {
  readonly #groups = new Map<string, Map<string, Record<string, number>>>();
  /** Ratings that say something else than the five points. */
  unknown = 0;

  take(entries: readonly (readonly [string, Value])[], group = ''): void {
    for (const [name, value] of entries) {
      if (name.startsWith(PREFIX)) this.#count(group, name.slice(PREFIX.length), value);
      else if (group === '' && typeof value === 'object' && value?.type === 'struct') this.take(value.entries, name);
    }
  }

  /** A table for each group of ratings, under its name; what a record says itself is under the empty name. */
  tables(): ReadonlyMap<string, RatedPair> {
    return new Map([...this.#groups].map(([group, metrics]) => [group, pairOf(metrics)]));
  }

  #count(group: string, metric: string, value: Value): void {
    if (typeof value !== 'string' || !METRICS.some((each) => each === metric) || (value !== 'Neutral' && !VERDICT.test(value))) {
      if (value !== null && !(typeof value === 'object' && value.type === 'missing')) this.unknown++;
      return;
    }
    const metrics = this.#groups.get(group) ?? new Map<string, Record<string, number>>();
    this.#groups.set(group, metrics);
    const counts = metrics.get(metric) ?? {};
    metrics.set(metric, { ...counts, [value]: (counts[value] ?? 0) + 1 });
  }
}

/** Names the two texts by what was said of them; the release's own comes second. */
function pairOf(metrics: ReadonlyMap<string, Readonly<Record<string, number>>>): RatedPair {
  const names = [...new Set([...metrics.values()].flatMap((counts) => Object.keys(counts).flatMap((verdict) => VERDICT.exec(verdict)?.[1] ?? [])))].sort();
  const own = names.find((name) => name === 'IIW-Human') ?? names.find((name) => name === 'IIW') ?? names[1] ?? 'B';
  const other = names.find((name) => name !== own) ?? 'A';
  const verdicts = [`${other} is substantially better`, `${other} is marginally better`, 'Neutral', `${own} is marginally better`, `${own} is substantially better`];
  const counts = Object.fromEntries(METRICS.map((metric) => [metric, verdicts.map((verdict) => metrics.get(metric)?.[verdict] ?? 0)])) as unknown as RatedPair['counts'];
  return { a: other, b: own, counts };
}

/** Whole percents of some counts that add up to 100: what rounding leaves goes to the largest remainders. */
export function percents(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (100 * count) / all);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, each) => sum + each, 0);
  const largest = exact.map((each, at) => ({ at, rest: each - Math.floor(each) })).sort((a, b) => b.rest - a.rest || a.at - b.at).slice(0, left);
  for (const { at } of largest) whole[at] = (whole[at] ?? 0) + 1;
  return whole;
}
