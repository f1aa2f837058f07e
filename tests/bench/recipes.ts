/** `node tests/bench/recipes.ts`: how long a key takes to be answered in the longest published recipe, and what 10,000 of them leave behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complete } from '../../language-server/features/completion.ts';
import { analyse, type Analysis } from '../../language-server/service.ts';
import { corpusFolder } from '../conformance/corpus.ts';
import { median } from './measure.ts';

const ROUNDS = 200;
const EDITS = 10_000;

const corpus = corpusFolder();
if (corpus === null) throw new Error('There is no corpus (set LOUPE_CORPUS).');
const text = readFileSync(join(corpus, 'recipes/data-juicer/dj__configs__config_all.yaml'), 'utf8');
const place = text.indexOf('max_ratio');

/** The text with another digit typed somewhere, so that nothing can be remembered. */
function typed(round: number): string {
  const at = text.indexOf('\n', (round * 7919) % text.length);
  return `${text.slice(0, at)} # ${round}${text.slice(at)}`;
}

function timed(run: (round: number) => unknown): number {
  const times: number[] = [];
  for (let round = -20; round < ROUNDS; round++) {
    const start = performance.now();
    run(round + 20);
    if (round >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

const { recipe }: Analysis = analyse(text);
if (recipe === null) throw new Error('config_all.yaml is not recognised.');
const { dialect } = recipe;
console.log(`${text.split('\n').length} lines`);
console.log(`diagnostics: ${timed((round) => analyse(typed(round))).toFixed(1)} ms`);
console.log(`completion: ${timed((round) => complete(typed(round), dialect, place)).toFixed(1)} ms`);

const short = text.split('\n').slice(0, 100).join('\n');
const memory = (): number => process.memoryUsage().heapUsed / 1024 / 1024;
for (let edit = 0; edit < 500; edit++) analyse(`${short}\n# ${edit}`);
globalThis.gc?.();
const before = memory();
for (let edit = 0; edit < EDITS; edit++) analyse(`${short}\n# ${edit}`);
globalThis.gc?.();
console.log(`heap after ${EDITS} edits: ${before.toFixed(1)} MiB before, ${memory().toFixed(1)} MiB after${globalThis.gc === undefined ? ' (without --expose-gc)' : ''}`);
