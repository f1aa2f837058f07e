import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { below, isLongRun } from '../support/random.ts';

const fallback = resolve(import.meta.dirname, '../../../shared/corpus');

/**
 * The folder of real files that the conformance suites read, or null where it is absent. It stays outside
 * the project: `LOUPE_CORPUS` names it, else it is looked for beside the checkout.
 * @throws when `LOUPE_CORPUS` is set but leads nowhere: a run that was asked for must not pass by skipping
 */
export function corpusFolder(): string | null {
  const named = process.env.LOUPE_CORPUS;
  if (named !== undefined && named !== '') {
    if (!existsSync(join(named, 'MANIFEST.md'))) throw new Error(`LOUPE_CORPUS is set, but there is no corpus in ${named}`);
    return named;
  }
  return existsSync(join(fallback, 'MANIFEST.md')) ? fallback : null;
}

/** Files of each format that a plain `npm test` takes; a long run takes all. */
const SAMPLE = 60;

/** The files of the corpus with such a name, by their paths in it: all of them, or some by chance. */
export function sampleFiles(corpus: string | null, name: RegExp, random: () => number): string[] {
  if (corpus === null) return [];
  const fitting = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((path) => name.test(path)).toSorted();
  while (!isLongRun() && fitting.length > SAMPLE) fitting.splice(below(random, fitting.length), 1);
  return fitting;
}

/** An oracle file of the corpus, parsed; the caller knows its shape. */
export function readOracle<T>(corpus: string, path: string): T {
  return JSON.parse(readFileSync(join(corpus, path), 'utf8')) as T;
}

/** Prints how much a suite leaves out where the corpus is absent. */
export function reportSkipped(suite: string, what: string): void {
  console.log(`${suite}: skipped ${what}: no corpus (set LOUPE_CORPUS)`);
}
