/** Places of equal items in two sequences. */
export type Match = readonly [inFirst: number, inSecond: number];

/** A part of both sequences: `[a, aEnd)` and `[b, bEnd)`. */
interface Part {
  readonly a: number;
  readonly aEnd: number;
  readonly b: number;
  readonly bEnd: number;
  readonly depth: number;
}

/** Steps of an exact comparison of one part. */
const MAX_STEPS = 250_000;
/** Parts are split this often; what is left is one change. */
const MAX_DEPTH = 24;

/**
 * Items that two sequences have in common, in the order of both. Short parts are compared exactly (longest common
 * subsequence); long ones are split first at items that each of them has once. Work is bounded by the length and
 * `MAX_STEPS`: where neither helps, a part counts as different.
 * @param weightOf what it is worth to keep an item
 */
export function matchSequences([first = [], second = []]: readonly (readonly number[])[], weightOf: (item: number) => number = () => 1): Match[] {
  const matches: Match[] = [];
  const parts: Part[] = [{ a: 0, aEnd: first.length, b: 0, bEnd: second.length, depth: 0 }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const inner = trimmed(first, second, part, matches);
    const steps = (inner.aEnd - inner.a) * (inner.bEnd - inner.b);
    if (steps === 0) continue;
    if (steps <= MAX_STEPS) matches.push(...commonItems(first, second, inner, weightOf));
    else if (inner.depth < MAX_DEPTH) split(first, second, inner, parts, matches);
  }
  return matches.sort(([a], [b]) => a - b);
}

/** Takes equal items off both ends. */
function trimmed(first: readonly number[], second: readonly number[], { a, aEnd, b, bEnd, depth }: Part, matches: Match[]): Part {
  while (a < aEnd && b < bEnd && first[a] === second[b]) matches.push([a++, b++]);
  while (a < aEnd && b < bEnd && first[aEnd - 1] === second[bEnd - 1]) matches.push([--aEnd, --bEnd]);
  return { a, aEnd, b, bEnd, depth };
}

/** At items that both have once, as far as they are in one order. */
function split(first: readonly number[], second: readonly number[], { a, aEnd, b, bEnd, depth }: Part, parts: Part[], matches: Match[]): void {
  const once = placesOnce(second, b, bEnd);
  const anchors: Match[] = [];
  for (const [item, place] of placesOnce(first, a, aEnd)) {
    const other = once.get(item);
    if (other !== undefined) anchors.push([place, other]);
  }
  const kept = inOneOrder(anchors);
  if (kept.length === 0) return;
  let [fromA, fromB] = [a, b];
  for (const [toA, toB] of kept) {
    parts.push({ a: fromA, aEnd: toA, b: fromB, bEnd: toB, depth: depth + 1 });
    matches.push([toA, toB]);
    [fromA, fromB] = [toA + 1, toB + 1];
  }
  parts.push({ a: fromA, aEnd, b: fromB, bEnd, depth: depth + 1 });
}

/** Items that occur once, with their place, in order. */
function placesOnce(items: readonly number[], start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  const often = new Set<number>();
  for (let at = start; at < end; at++) {
    const item = items[at] ?? 0;
    if (places.has(item)) often.add(item);
    else places.set(item, at);
  }
  for (const item of often) places.delete(item);
  return places;
}

/** The longest run of pairs that go up in both (they do in the first): patience sorting. */
function inOneOrder(pairs: readonly Match[]): Match[] {
  const tops: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [at, [, place]] of pairs.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    before[at] = tops[low - 1];
    tops[low] = at;
  }
  const result: Match[] = [];
  for (let at = tops.at(-1); at !== undefined; at = before[at]) {
    const pair = pairs[at];
    if (pair !== undefined) result.push(pair);
  }
  return result.reverse();
}

/** The heaviest common subsequence of a part. */
function commonItems(first: readonly number[], second: readonly number[], { a, aEnd, b, bEnd }: Part, weightOf: (item: number) => number): Match[] {
  const width = bEnd - b + 1;
  const weights = new Uint32Array((aEnd - a + 1) * width);
  const at = (i: number, j: number): number => weights[(i - a) * width + (j - b)] ?? 0;
  for (let i = aEnd - 1; i >= a; i--) {
    const item = first[i] ?? 0;
    const weight = weightOf(item);
    for (let j = bEnd - 1; j >= b; j--) {
      const other = Math.max(at(i + 1, j), at(i, j + 1));
      weights[(i - a) * width + (j - b)] = item === second[j] ? Math.max(other, at(i + 1, j + 1) + weight) : other;
    }
  }
  const matches: Match[] = [];
  for (let [i, j] = [a, b]; i < aEnd && j < bEnd; ) {
    if (first[i] === second[j] && at(i, j) === at(i + 1, j + 1) + weightOf(first[i] ?? 0)) matches.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return matches;
}
