import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toLoupeError } from '../../extension/rpc/failure.ts';
import { corpusFolder, reportSkipped } from '../conformance/corpus.ts';
import { EngineProcess } from '../support/engine-process.ts';
import { largeListFiles } from '../support/large-parquet.ts';
import { mutate } from '../support/mutate.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';

/** Files in one run; `LOUPE_FROM` goes on from a count that an earlier run with the same seed reached. */
const COUNT = isLongRun() ? 10_000 : 240;
const LARGE_COUNT = isLongRun() ? 2_000 : 40;
const FROM = Number(process.env.LOUPE_FROM ?? '0');
/** A file that is not answered for by then counts as a hang, in milliseconds. */
const HANG = 10_000;
const MAX_SEED_BYTES = 200_000;
const SUFFIXES = /\.(parquet|tar|tgz|tar\.gz|jsonl|ndjson|json|jsonl\.gz|json\.gz|jsonl\.zst|json\.zst)$/;

const folder = mkdtempSync(join(tmpdir(), 'loupe-mutations-'));
let engine: EngineProcess;

beforeAll(async () => {
  engine = await EngineProcess.start();
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

it(`survives ${COUNT} damaged files of all formats, seed ${runSeed()}`, async () => {
  const corpus = corpusFolder();
  if (corpus === null) {
    reportSkipped('mutations', `${COUNT} damaged files`);
    return;
  }
  await survives('files', COUNT, seedFiles(corpus));
});

it(`survives ${LARGE_COUNT} damaged Parquet files whose rows are sought by their number, seed ${runSeed()}`, async () => {
  await survives('large Parquet files', LARGE_COUNT, [await largeListFiles(folder)]);
});

/** Damages `count` files, one pool after the other, and looks at each as the editor does. */
async function survives(what: string, count: number, pools: readonly (readonly string[])[]): Promise<void> {
  const crashes: string[] = [];
  const hangs: string[] = [];
  const answers = new Map<string, number>();
  for (let i = FROM; i < FROM + count; i++) {
    const random = seededRandom(runSeed() + i);
    const pool = pools[i % pools.length] as string[];
    const original = pool[below(random, pool.length)] as string;
    const { bytes, damage } = mutate(readFileSync(original), random);
    const path = join(folder, `${i}-${basename(original).slice(-80)}`);
    writeFileSync(path, bytes);
    const outcome = await visit(path);
    rmSync(path, { force: true });
    answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
    if (outcome === 'hang' || outcome === 'crash') {
      (outcome === 'hang' ? hangs : crashes).push(`#${i} ${damage} of ${original} (sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)})`);
      await engine.stop();
      engine = await EngineProcess.start();
    }
  }
  console.log(`mutations: ${count} ${what} from #${FROM}, seed ${runSeed()}: ${[...answers].map(([name, n]) => `${n} ${name}`).join(', ')}`);
  expect({ crashes, hangs }).toEqual({ crashes: [], hangs: [] });
  expect(answers.get('internal') ?? 0, 'errors that nobody foresaw').toBe(0);
}

/** Small files by format, so that every format gets the same share of the damage. */
function seedFiles(corpus: string): string[][] {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter((name) => SUFFIXES.test(name) && !name.endsWith('oracle.json'))
    .map((name) => join(corpus, name))
    .filter((path) => statSync(path).isFile() && statSync(path).size <= MAX_SEED_BYTES)
    .sort();
  const pool = (pattern: RegExp): string[] => files.filter((path) => pattern.test(path));
  return [pool(/\.parquet$/), pool(/\.(jsonl|ndjson)$/), pool(/\.tar$/), pool(/\.json$/), pool(/\.(gz|zst|tgz)$/)];
}

/** Does with a file what the editor does; says how it went: `shown`, the code of an error, `crash` or `hang`. */
async function visit(path: string): Promise<string> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'hang'>((answer) => {
    timer = setTimeout(() => answer('hang'), HANG);
  });
  const outcome = await Promise.race([late, look(path, controller.signal).catch((error: unknown) => toLoupeError(error).code)]);
  clearTimeout(timer);
  return engine.alive && outcome !== 'engine-lost' ? outcome : 'crash';
}

async function look(path: string, signal: AbortSignal): Promise<string> {
  const { shard, state } = await engine.request('shard/open', { path }, signal);
  try {
    const columns = state.columns.map((column) => column.index);
    await engine.request('shard/page', { shard, start: 0, end: 50, columns }, signal);
    await engine.request('shard/metadata', { shard }, signal);
    const rows = engine.states.get(shard)?.rows ?? state.rows;
    if (rows > 0) {
      await engine.request('shard/page', { shard, start: rows - 1, end: rows, columns }, signal);
      await engine.request('shard/row', { shard, row: rows - 1 }, signal);
      await engine.request('shard/thumbnail', { shard, row: 0, column: columns.at(-1) ?? 0, path: [], height: 32 }, signal);
    }
    return 'shown';
  } finally {
    await engine.request('shard/close', { shard });
  }
}
