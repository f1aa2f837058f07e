import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineRequests } from '../../extension/protocol/engine.ts';
import { toLoupeError } from '../../extension/rpc/failure.ts';
import { corpusFolder, reportSkipped } from '../conformance/corpus.ts';
import { EngineProcess } from '../support/engine-process.ts';
import { largeListFiles } from '../support/large-parquet.ts';
import { mutate } from '../support/mutate.ts';
import { largePictureFiles } from '../support/paged-parquet.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';

/** Files in one run. `LOUPE_FROM` goes on from a count that an earlier run with the same seed reached, `LOUPE_COUNT` ends earlier. */
const COUNT = ofRun(isLongRun() ? 100_000 : 240);
const LARGE_COUNT = ofRun(isLongRun() ? 2_000 : 40);
const FROM = Number(process.env.LOUPE_FROM ?? '0');
/**
 * Milliseconds of a long run for the files of all formats, so that the whole ends within the hour on a slow machine too:
 * what is not reached by then is told, and the next run goes on from there.
 */
const BUDGET = isLongRun() ? 22 * 60_000 : Number.POSITIVE_INFINITY;
/** A request that is not answered by then counts as a hang, in milliseconds: one of a file's, since each is one wait of the user. */
const HANG = 10_000;
const MAX_SEED_BYTES = 200_000;
/** Engines that look at files side by side. */
const LANES = Math.min(4, availableParallelism());
const SUFFIXES = /\.(parquet|tar|tgz|tar\.gz|jsonl|ndjson|json|jsonl\.gz|json\.gz|jsonl\.zst|json\.zst)$/;

const folder = mkdtempSync(join(tmpdir(), 'loupe-mutations-'));
const lanes: EngineProcess[] = [];

beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane++) lanes.push(await EngineProcess.start());
});
afterAll(async () => {
  for (const engine of lanes) await engine.stop();
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

it(`survives ${LARGE_COUNT} damaged Parquet files whose rows are sought by their number or read by page, seed ${runSeed()}`, async () => {
  await survives('large Parquet files', LARGE_COUNT, [[...(await largeListFiles(folder)), ...largePictureFiles(folder)]]);
});

/** Files of this run: all, or fewer where the environment says so. */
function ofRun(all: number): number {
  return Math.min(all, Number(process.env.LOUPE_COUNT ?? all));
}

/** Damages `count` files, one pool after the other, and looks at each as the editor does. */
async function survives(what: string, count: number, pools: readonly (readonly string[])[]): Promise<void> {
  const fatal: string[] = [];
  const answers = new Map<string, number>();
  const end = FROM + count;
  const until = performance.now() + BUDGET;
  let next = FROM;
  const work = async (lane: number): Promise<void> => {
    while (next < end && performance.now() < until) {
      const i = next++;
      const { outcome, culprit } = await damageOne(lane, i, pools);
      answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
      if (outcome === 'hang' || outcome === 'crash') fatal.push(`${outcome} at ${culprit}`);
    }
  };
  await Promise.all(lanes.map((_, lane) => work(lane)));
  const rest = next < end ? `; the time was over, LOUPE_FROM=${next} LOUPE_COUNT=${end - next} goes on` : '';
  console.log(`mutations: ${next - FROM} of ${count} ${what} from #${FROM}, seed ${runSeed()}: ${[...answers].map(([name, n]) => `${n} ${name}`).join(', ')}${rest}`);
  expect(fatal).toEqual([]);
  expect(answers.get('internal') ?? 0, 'errors that nobody foresaw').toBe(0);
}

/** One damaged file, chosen and damaged by the seed and its number alone; the lane has an engine again afterwards. */
async function damageOne(lane: number, i: number, pools: readonly (readonly string[])[]): Promise<{ outcome: string; culprit: string }> {
  const random = seededRandom(runSeed() + i);
  const pool = pools[i % pools.length] as string[];
  const original = pool[below(random, pool.length)] as string;
  const { bytes, damage } = mutate(readFileSync(original), random);
  const path = join(folder, `${i}-${basename(original).slice(-80)}`);
  writeFileSync(path, bytes);
  const outcome = await visit(lanes[lane] as EngineProcess, path);
  rmSync(path, { force: true });
  const culprit = `#${i} ${damage} of ${original} (sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)})`;
  if (outcome === 'hang' || outcome === 'crash' || outcome === 'internal') {
    // Told at once: a long run may be ended before its last line.
    console.log(`mutations: ${outcome} at ${culprit}`);
    await lanes[lane]?.stop();
    lanes[lane] = await EngineProcess.start();
  }
  return { outcome, culprit };
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
async function visit(engine: EngineProcess, path: string): Promise<string> {
  const outcome = await look(engine, path).catch((error: unknown) => (error instanceof Hang ? 'hang' : toLoupeError(error).code));
  return engine.alive && outcome !== 'engine-lost' ? outcome : 'crash';
}

async function look(engine: EngineProcess, path: string): Promise<string> {
  const { shard, state } = await ask(engine, 'shard/open', { location: { kind: 'file', path } });
  try {
    const columns = state.columns.map((column) => column.index);
    await ask(engine, 'shard/page', { shard, start: 0, end: 50, columns });
    await ask(engine, 'shard/metadata', { shard });
    const rows = engine.states.get(shard)?.rows ?? state.rows;
    if (rows > 0) {
      await ask(engine, 'shard/page', { shard, start: rows - 1, end: rows, columns });
      await ask(engine, 'shard/row', { shard, row: rows - 1 });
      await ask(engine, 'shard/thumbnail', { shard, row: 0, column: columns.at(-1) ?? 0, path: [], height: 32 });
    }
    return 'shown';
  } finally {
    await ask(engine, 'shard/close', { shard });
  }
}

class Hang extends Error {}

/** A request to the engine that is answered in time. @throws Hang, and what the engine answers */
async function ask<K extends keyof EngineRequests>(engine: EngineProcess, method: K, params: EngineRequests[K]['params']): Promise<EngineRequests[K]['result']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Hang(method)), HANG);
  });
  try {
    return await Promise.race([engine.request(method, params), late]);
  } finally {
    clearTimeout(timer);
  }
}
