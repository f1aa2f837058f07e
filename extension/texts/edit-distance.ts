import { numbered } from './word-diff.ts';
import { wordsOf } from './words.ts';

/** Words that have to be put in, taken out or replaced to make one text of the other (Levenshtein); case counts, blanks and marks do not. */
export function wordDistance(before: string, after: string): number {
  const [a = [], b = []] = numbered(wordsOf(before), wordsOf(after));
  return editDistance(a, b);
}

/** Bits that are worked on at once. */
const BITS = 32;

/**
 * Levenshtein's distance of two sequences, exact, in (length of one) x (length of the other) / 32 steps: Myers' bit vectors
 * (J. ACM 46, 1999) in blocks, as Hyyro has them.
 */
export function editDistance(a: readonly number[], b: readonly number[]): number {
  let [start, aEnd, bEnd] = [0, a.length, b.length];
  while (start < aEnd && start < bEnd && a[start] === b[start]) start++;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  const [pattern, text] = [a.slice(start, aEnd), b.slice(start, bEnd)];
  if (pattern.length === 0 || text.length === 0) return pattern.length + text.length;
  return blockDistance(pattern, text);
}

function blockDistance(pattern: readonly number[], text: readonly number[]): number {
  const blocks = Math.ceil(pattern.length / BITS);
  const places = placesByItem(pattern, blocks);
  const nowhere = new Int32Array(blocks);
  /** Where the column goes up, and where down, from one item of the pattern to the next. */
  const up = new Int32Array(blocks).fill(-1);
  const down = new Int32Array(blocks);
  const lastBit = 1 << ((pattern.length - 1) % BITS);
  let distance = pattern.length;
  for (const item of text) {
    const equal = places.get(item) ?? nowhere;
    // The first row grows by one with every item of the text.
    let [carryUp, carryDown] = [1, 0];
    for (let block = 0; block < blocks; block++) {
      const [p, m] = [up[block] ?? 0, down[block] ?? 0];
      const eq = (equal[block] ?? 0) | carryDown;
      const vertical = (equal[block] ?? 0) | m;
      const horizontal = ((((eq & p) >>> 0) + (p >>> 0)) ^ p) | eq;
      let rises = m | ~(horizontal | p);
      let falls = p & horizontal;
      const top = block === blocks - 1 ? lastBit : 1 << (BITS - 1);
      if (block === blocks - 1) distance += (rises & top) !== 0 ? 1 : (falls & top) !== 0 ? -1 : 0;
      const [nextUp, nextDown] = [(rises & top) !== 0 ? 1 : 0, (falls & top) !== 0 ? 1 : 0];
      rises = (rises << 1) | carryUp;
      falls = (falls << 1) | carryDown;
      up[block] = falls | ~(vertical | rises);
      down[block] = rises & vertical;
      [carryUp, carryDown] = [nextUp, nextDown];
    }
  }
  return distance;
}

function placesByItem(pattern: readonly number[], blocks: number): Map<number, Int32Array> {
  const places = new Map<number, Int32Array>();
  for (const [at, item] of pattern.entries()) {
    const bits = places.get(item) ?? new Int32Array(blocks);
    const block = Math.floor(at / BITS);
    bits[block] = (bits[block] ?? 0) | (1 << (at % BITS));
    places.set(item, bits);
  }
  return places;
}
