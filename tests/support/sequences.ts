import { isLongRun } from './random.ts';

/** Sequences of edits of a long run, and the milliseconds that it has for those of one format on a slow machine. */
const ALL = 10_000;
const BUDGET = 5 * 60_000;

/** The numbers of a run's sequences: a sample, or all as far as the time goes; says what it did not reach. */
export function* sequenceNumbers(sample: number, what: string): Generator<number> {
  const count = isLongRun() ? ALL : sample;
  const until = isLongRun() ? performance.now() + BUDGET : Number.POSITIVE_INFINITY;
  let number = 0;
  for (; number < count && performance.now() < until; number++) yield number;
  console.log(`${number} of ${count} sequences of edits in ${what}${number < count ? '; the time was over, another LOUPE_SEED tries others' : ''}`);
}
