import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mergePairs } from '../../../extension/engine/captions/clip/merge-pairs.ts';
import { ClipTokenizer } from '../../../extension/engine/captions/clip/tokenizer.ts';

interface Reading {
  readonly text: string;
  readonly ids: readonly number[];
}

const { readings } = JSON.parse(readFileSync(join(import.meta.dirname, '../../oracles/clip/readings.json'), 'utf8')) as { readings: readonly Reading[] };
let tokenizer: ClipTokenizer;
beforeAll(async () => void (tokenizer = await ClipTokenizer.load()));

describe("CLIP's tokens", () => {
  it.each(readings)("of $text are those of CLIP's own tokenizer", ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });

  it('are counted with their start and end', () => {
    expect(tokenizer.count('')).toBe(2);
    expect(tokenizer.count('a photo of a cat')).toBe(7);
  });

  it('are counted of one word of 50,000 letters, and of broken text', () => {
    expect(tokenizer.count('ab'.repeat(25_000))).toBeGreaterThan(2_000);
    expect(tokenizer.count('\ud800 x \udc00')).toBeGreaterThan(3);
  });

  it('tell rare words', () => {
    expect(['flower', 'bannaticus', 'kingfisher', 'pneumonoultramicroscopic'].map((word) => tokenizer.isRare(word))).toEqual([false, true, false, true]);
  });
});

describe('joining pairs', () => {
  it('takes the lowest rank first, and the leftmost of equal ones', () => {
    const ranks = new Map([['1,1', 0], ['10,10', 1], ['2,1', 2]]);
    const join = (...symbols: number[]): number[] => mergePairs(symbols, 10, (a, b) => ranks.get(`${a},${b}`));
    expect(join(1, 1, 1)).toEqual([10, 1]);
    expect(join(1, 1, 1, 1, 1)).toEqual([11, 1]);
    expect(join(2, 1, 1)).toEqual([2, 10]);
    expect(join(2, 1)).toEqual([12]);
    expect(join()).toEqual([]);
  });
});
