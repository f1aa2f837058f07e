import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClipTokenizer } from '../../extension/engine/captions/clip/tokenizer.ts';
import { seedsOf } from '../../extension/engine/captions/seeds.ts';
import { run } from '../../extension/engine/command-line/run.ts';
import { lostConcepts } from '../../extension/texts/concepts.ts';
import { wordDiff } from '../../extension/texts/word-diff.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
const folder = mkdtempSync(join(tmpdir(), 'loupe-iiw-'));
const cache = process.env.XDG_CACHE_HOME;
beforeAll(() => void (process.env.XDG_CACHE_HOME = folder));
afterAll(() => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  rmSync(folder, { recursive: true, force: true });
});
if (corpus === null) reportSkipped('captions', 'the ratings and captions of ImageInWords');

async function loupe(...argv: string[]): Promise<string[]> {
  let out = '';
  const terminal = { out: (text: string) => void (out += text), err: () => undefined, width: 0 };
  expect(await run(argv, '0', terminal, new AbortController().signal)).toBe(0);
  return out.trim().split('\n');
}

const file = (part: string): string => join(corpus ?? '', 'captions/imageinwords', part, 'data.jsonl');

interface Table {
  readonly group: string;
  readonly a: string;
  readonly b: string;
  readonly counts: Readonly<Record<string, readonly number[]>>;
  readonly percent: Readonly<Record<string, readonly number[]>>;
}

describe.skipIf(corpus === null)('the side-by-side ratings of ImageInWords', () => {
  it('of DOCCI are those that are published', async () => {
    const [table] = (await loupe('captions', 'ratings', file('DOCCI_Test'), '--format', 'json')).map((line) => JSON.parse(line) as Table);
    expect([table!.a, table!.b]).toEqual(['DOCCI', 'IIW']);
    expect(Object.values(table!.percent)).toEqual([[4, 6, 38, 33, 19], [3, 2, 8, 22, 65], [0, 12, 41, 34, 13], [1, 4, 11, 30, 54], [1, 0, 30, 46, 23]]);
  });

  it('are read of every file that has some: five metrics for each pair of texts', async () => {
    const tables = async (part: string): Promise<Table[]> => (await loupe('captions', 'ratings', file(part), '--format', 'json')).map((line) => JSON.parse(line) as Table);
    const all = [...(await tables('DCI_Test')), ...(await tables('IIW-400'))];
    expect(all.map(({ group, a, b }) => [group, a, b])).toEqual([['', 'DCI', 'IIW'], ['iiw-human-sxs-gpt4v', 'GPT-4V', 'IIW-Human'], ['iiw-human-sxs-iiw-p5b', 'IIW-P5B', 'IIW-Human']]);
    for (const { counts } of all) expect(Object.values(counts).map((each) => each.reduce((sum, count) => sum + count, 0))).toEqual(Object.values(counts).map(() => (all[0]!.counts === counts ? 112 : 100)));
  });
});

describe.skipIf(corpus === null)('captions of ImageInWords', () => {
  it('are shown against each other and counted in tokens', async () => {
    const tokenizer = await ClipTokenizer.load();
    const rows = JSON.parse((await loupe('head', '-n', '100', '--format', 'json', file('DOCCI_Test'))).join('')) as { records: { DOCCI: string; IIW: string }[] };
    expect(rows.records).toHaveLength(100);
    for (const { DOCCI, IIW } of rows.records) {
      const changes = wordDiff(DOCCI, IIW);
      expect(changes.map((each) => (each.kind === 'corrected' ? each.to : each.kind === 'dropped' ? '' : each.text)).join('')).toBe(IIW);
      expect(lostConcepts(DOCCI, DOCCI, (word) => tokenizer.isRare(word))).toEqual([]);
      expect(seedsOf('DOCCI', DOCCI)).toEqual([{ source: 'DOCCI', text: DOCCI }]);
    }
    // Counted by CLIP's own tokenizer.
    expect(rows.records.slice(0, 3).map(({ IIW }) => tokenizer.count(IIW))).toEqual([233, 115, 328]);
  });
});
