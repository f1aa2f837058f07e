import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDecompressed } from '../../extension/engine/decompression/open.ts';
import { FileSource } from '../../extension/engine/shards/source.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';
import { independentText } from './jsonl-compare.ts';

/** What the zstd and gzip programs made of a file. */
interface StreamOracle {
  readonly exit: number;
  readonly out_bytes: number | null;
  readonly sha256: string | null;
}

/** Files where the programs and we differ: bytes given by each (null: refused), and why. */
const EXCEPTIONS: Readonly<Record<string, { readonly theirs: number | null; readonly ours: number | null; readonly cause: string }>> = {
  'golden-decompression/zeroSeq_2B.zst': { theirs: null, ours: 13, cause: 'sound by its folder; an older zstd program refuses a two-byte count of zero sequences' },
  'golden-decompression-errors/off0.bin.zst': { theirs: 18, ours: null, cause: 'to be refused by its folder; an older zstd program lets an offset of zero pass' },
};

const ROOT = 'compression/zstd';
/** A stream that takes longer (ms) than this hangs. */
const HANG = 30_000;

const corpus = corpusFolder();
const oracle = corpus === null ? {} : readOracle<Record<string, StreamOracle>>(corpus, `${ROOT}/oracle.json`);
const others = corpus === null ? [] : readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(gz|tgz|zst)$/.test(path) && !path.startsWith(ROOT));
if (corpus === null) reportSkipped('compression', 'every file of compression/zstd/oracle.json and every compressed shard');

const cache = mkdtempSync(join(tmpdir(), 'loupe-compression-'));
const never = new AbortController().signal;
const counted = { files: 0, bytes: 0 };
afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
  console.log(`compression: ${counted.files} files, ${counted.bytes} decompressed bytes compared, ${Object.keys(EXCEPTIONS).length} exceptions`);
});

async function decompress(path: string): Promise<{ bytes: Buffer; problem: string | null }> {
  const source = await FileSource.open(join(corpus ?? '', path));
  const head = await source.slice(0, 1);
  const context = { cacheFolder: cache, cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };
  const copy = await openDecompressed(source, head[0] === 0x1f ? 'gzip' : 'zstd', context);
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    await copy.grown(at, never);
    const bytes = await copy.slice(at, at + 1024 * 1024);
    if (bytes.length === 0) break;
    parts.push(bytes);
    at += bytes.length;
  }
  const bytes = Buffer.concat(parts);
  counted.files++;
  counted.bytes += bytes.length;
  const problem = copy.problem?.message ?? null;
  await copy.close();
  return { bytes, problem };
}

describe.skipIf(corpus === null)('the streams of the suites', () => {
  test.each(Object.keys(oracle))('%s', { timeout: HANG }, async (name) => {
    const { bytes, problem } = await decompress(`${ROOT}/${name}`);
    const theirs = oracle[name]!.exit === 0 ? oracle[name]!.out_bytes : null;
    const ours = problem === null ? bytes.length : null;
    const exception = EXCEPTIONS[name];
    if (exception !== undefined) expect({ theirs, ours }).toEqual({ theirs: exception.theirs, ours: exception.ours });
    else expect(ours).toBe(theirs);
    if (ours !== null && theirs !== null) expect(createHash('sha256').update(bytes).digest('hex')).toBe(oracle[name]!.sha256);
    if (problem !== null) expect(problem).toMatch(/byte \d+/);
  });
});

describe.skipIf(corpus === null)('compressed shards', () => {
  test.each(others)('%s', { timeout: HANG }, async (path) => {
    const expected = independentText(readFileSync(join(corpus ?? '', path)));
    const { bytes, problem } = await decompress(path);
    if (expected === null) expect(problem).toMatch(/is (cut off|damaged).*byte \d+/);
    else {
      expect(problem).toBeNull();
      expect(bytes.equals(expected)).toBe(true);
    }
  });
});

test.skipIf(corpus === null)('the suites are there', () => {
  expect(Object.keys(oracle).length).toBeGreaterThan(5);
  expect(others.length).toBeGreaterThan(30);
});
