import { runSeed, seededRandom } from '../support/random.ts';

/** One thing to time; `run` gives milliseconds when it knows them better than the clock around it. */
export interface Contender {
  readonly name: string;
  readonly run: (turn: number) => Promise<number | undefined>;
}

/** Medians in milliseconds, by contender. */
export type Medians = ReadonlyMap<string, number>;

/**
 * Runs the contenders in rounds, so that a machine whose speed drifts is unfair to nobody, and in a new order each
 * round (seeded): who comes after another that read the same rows finds them in the processor's cache. One round
 * before is not counted.
 */
export async function interleaved(contenders: readonly Contender[], rounds = 20): Promise<Medians> {
  const random = seededRandom(runSeed());
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = -1; turn < rounds; turn++) {
    for (const { name, run } of shuffled(contenders, random)) {
      const start = performance.now();
      const told = await run(turn);
      if (turn >= 0) times.get(name)?.push(told ?? performance.now() - start);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key).map(({ item }) => item);
}

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** A line of the report: every median, and how the first contender stands to each of the others. */
export function report(title: string, medians: Medians, note = ''): void {
  const [first, ...peers] = [...medians];
  if (first === undefined) return;
  const ratios = peers.map(([name, ms]) => `${(first[1] / ms).toFixed(2)}x ${name}`);
  const all = [first, ...peers].map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`);
  console.log(`${title.padEnd(34)} ${all.join(', ')}  =>  ${ratios.join(', ')}${note === '' ? '' : `  [${note}]`}`);
}

/** A limit that was set beforehand, and whether it holds. */
export function verdict(what: string, value: number, limit: number, unit: string): void {
  console.log(`${value <= limit ? 'pass  ' : 'MISSED'} ${what}: ${value.toFixed(2)} ${unit} (limit ${limit.toFixed(2)})`);
}
