import { describe, expect, it } from 'vitest';
import { editDistance, wordDistance } from '../../../extension/texts/edit-distance.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';

function plainDistance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, item] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) next.push(Math.min(row[j]! + (item === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row[b.length]!;
}

describe('the edit distance', () => {
  it('is that of the textbook for sequences of any length', () => {
    const random = seededRandom(runSeed());
    for (let run = 0; run < 400; run++) {
      const kinds = 1 + below(random, 6);
      const sequence = (): number[] => Array.from({ length: below(random, 110) }, () => below(random, kinds));
      const [a, b] = [sequence(), sequence()];
      expect(editDistance(a, b), JSON.stringify([a, b])).toBe(plainDistance(a, b));
    }
  });

  it('counts words, not blanks', () => {
    expect(wordDistance('a small  cat.', 'a black cat on a mat')).toBe(4);
    expect(wordDistance('', '')).toBe(0);
    expect(wordDistance('我喜欢猫', '我喜欢狗')).toBe(1);
  });
});
