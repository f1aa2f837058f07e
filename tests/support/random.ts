/** A seeded generator (mulberry32): the same seed gives the same run everywhere. @returns numbers in [0, 1) */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number in [0, limit). */
export function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** The run's seed: `LOUPE_SEED`, else a fixed one, so that a plain `npm test` is the same every time. */
export function runSeed(): number {
  return Number(process.env.LOUPE_SEED ?? '20261121');
}

/** Whether suites run in full (`npm run test:long`) rather than on a seeded sample. */
export function isLongRun(): boolean {
  return process.env.LOUPE_LONG === '1';
}
