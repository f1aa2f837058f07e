import { createHash } from 'node:crypto';
import { METRICS, POINTS, type Metric } from './ratings.ts';

/** Two texts of one row, as a rater sees them: which of them is which only the seed tells. */
export interface BlindPair {
  readonly key: string;
  readonly first: string;
  readonly second: string;
}

/** The order of rows and of the two texts of each, the same for the same seed whatever machine it is made on. */
export class BlindOrder {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Whether the second text is shown first. */
  isSwapped(key: string): boolean {
    return (this.#hash('side', key)[0] ?? 0) % 2 === 1;
  }

  /** Keys in the order in which they are rated. */
  sorted(keys: readonly string[]): string[] {
    const places = new Map(keys.map((key) => [key, this.#hash('order', key).toString('hex')]));
    return [...places.keys()].sort((a, b) => (places.get(a) ?? '').localeCompare(places.get(b) ?? '', 'en') || a.localeCompare(b, 'en'));
  }

  pair(key: string, a: string, b: string): BlindPair {
    const [first, second] = this.isSwapped(key) ? [b, a] : [a, b];
    return { key, first, second };
  }

  /** What a rating of the texts as they were shown says of A and B, by its number from 0; null for none of the five points. */
  verdict(key: string, point: number): (typeof POINTS)[number] | null {
    return POINTS[this.isSwapped(key) ? POINTS.length - 1 - point : point] ?? null;
  }

  #hash(purpose: string, key: string): Buffer {
    return createHash('sha256').update(JSON.stringify([this.#seed, purpose, key])).digest();
  }
}

/** A rater's five answers about a pair, as released: `metrics/Specificity: "B is marginally better"`, with the texts' own names. */
export function ratingFields(points: Readonly<Partial<Record<Metric, number>>>, key: string, order: BlindOrder, names: { readonly a: string; readonly b: string }): Record<string, string> {
  return Object.fromEntries(
    METRICS.flatMap((metric): [string, string][] => {
      const verdict = order.verdict(key, points[metric] ?? -1);
      return verdict === null ? [] : [[`metrics/${metric}`, verdict.replace(/^A\b/, () => names.a).replace(/^B\b/, () => names.b)]];
    }),
  );
}
