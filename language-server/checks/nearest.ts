/** Documents that are all wrong need no suggestion for every line, and each costs a look at all names. */
const BUDGET = 200;

/** Looks for the names that were probably meant; within one document, where the same mistake is often made again. */
export class Suggestions {
  private readonly known = new Map<string, readonly string[]>();
  private left = BUDGET;

  /** The names that are most like a misspelt one, the nearest first. */
  nearest(name: string, kind: string, names: () => Iterable<string>): readonly string[] {
    const key = `${kind}\n${name}`;
    const found = this.known.get(key);
    if (found !== undefined) return found;
    if (this.left-- <= 0) return [];
    const close = nearest(name, names());
    this.known.set(key, close);
    return close;
  }
}

/** Names as near as the nearest, or nearly so. */
export function nearest(name: string, names: Iterable<string>, count = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length * 0.35));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const each of names) {
    if (Math.abs(each.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), each.toLowerCase(), limit);
    if (distance <= limit) found.push({ name: each, distance });
  }
  const best = Math.min(...found.map(({ distance }) => distance));
  const close = found.filter(({ distance }) => distance <= best + 1).sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name));
  return close.slice(0, count).map((each) => each.name);
}

/** Letters to add, leave out, change or swap with their neighbour; more than `limit` is not counted out. */
export function editDistance(a: string, b: string, limit = Infinity): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
