/** Places are the low bits of a number in the heap, ranks the high ones. */
const PLACES = 2 ** 26;

/**
 * Joins neighbours by byte pair encoding: always the pair of the lowest rank, the leftmost of equal ones, until none is left.
 * Takes (length) x log (length) steps, so that a word of any length may come.
 * @param rankOf the rank of a pair, that is the number of the symbol which it becomes less `first`; undefined where it stays
 */
export function mergePairs(symbols: readonly number[], first: number, rankOf: (a: number, b: number) => number | undefined): number[] {
  const items = [...symbols];
  const next = items.map((_, at) => at + 1);
  const before = items.map((_, at) => at - 1);
  const heap = new Heap();
  const offer = (at: number): void => {
    const after = next[at] ?? items.length;
    const rank = at < 0 || after >= items.length ? undefined : rankOf(items[at] ?? 0, items[after] ?? 0);
    if (rank !== undefined) heap.push(rank * PLACES + at);
  };
  for (let at = 0; at < items.length - 1; at++) offer(at);
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const [rank, at] = [Math.floor(entry / PLACES), entry % PLACES];
    const after = next[at] ?? items.length;
    // One of the two was joined with another one meanwhile.
    if (items[at] === GONE || after >= items.length || rankOf(items[at] ?? 0, items[after] ?? 0) !== rank) continue;
    items[at] = first + rank;
    items[after] = GONE;
    next[at] = next[after] ?? items.length;
    const behind = next[at] ?? items.length;
    if (behind < items.length) before[behind] = at;
    offer(before[at] ?? -1);
    offer(at);
  }
  return items.filter((item) => item !== GONE);
}

const GONE = -1;

/** Numbers, of which the least comes out first. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] ?? 0) <= item) break;
      items[at] = items[parent] ?? 0;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return least;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && (items[child + 1] ?? 0) < (items[child] ?? 0)) child++;
      if ((items[child] ?? 0) >= last) break;
      items[at] = items[child] ?? 0;
      at = child;
    }
    items[at] = last;
    return least;
  }
}
