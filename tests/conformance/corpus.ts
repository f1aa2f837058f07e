import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

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

/** An oracle file of the corpus, parsed; the caller knows its shape. */
export function readOracle<T>(corpus: string, path: string): T {
  return JSON.parse(readFileSync(join(corpus, path), 'utf8')) as T;
}

/** Prints how much a suite leaves out where the corpus is absent. */
export function reportSkipped(suite: string, what: string): void {
  console.log(`${suite}: skipped ${what}: no corpus (set LOUPE_CORPUS)`);
}
