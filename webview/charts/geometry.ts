/** Share of its slot that a bar takes; the rest is the gap to the next one. */
const BAR_SHARE = 0.86;

/** Bars of a small chart that are not empty are at least this high, as its share: a rare value is not no value. */
const MIN_HEIGHT = 0.06;

/**
 * The height of a bar, 0 to 1.
 * @param least of a bar that is not empty
 */
export function barHeight(count: number, most: number, logarithmic = false, least = MIN_HEIGHT): number {
  if (count <= 0 || most <= 0) return 0;
  const share = logarithmic ? Math.log1p(count) / Math.log1p(most) : count / most;
  return Math.max(least, Math.min(1, share));
}

/**
 * Bars as one path in a box as wide as there are bars and 1 high.
 * @param most what the highest bar stands for
 */
export function barsPath(counts: readonly number[], most: number, logarithmic = false): string {
  const gap = (1 - BAR_SHARE) / 2;
  return counts
    .map((count, i) => {
      const height = barHeight(count, most, logarithmic);
      return height === 0 ? '' : `M${round(i + gap)} 1V${round(1 - height)}H${round(i + 1 - gap)}V1Z`;
    })
    .join('');
}

/** The slot under a place, of `slots` side by side over `width` pixels. */
export function slotAt(x: number, width: number, slots: number): number {
  return width <= 0 ? 0 : Math.max(0, Math.min(slots - 1, Math.floor((x / width) * slots)));
}

/** The slot under a place where slots are as wide as their shares. */
export function weightedSlotAt(x: number, width: number, weights: readonly number[]): number {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = width <= 0 ? 0 : (x / width) * all;
  for (const [i, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

/** How many of the values are at least `at`: whole bins above it, and a part of the bin that it cuts. */
export function countFrom(edges: readonly number[], counts: readonly number[], at: number): number {
  return counts.reduce((sum, count, i) => {
    const [start, end] = [edges[i] ?? 0, edges[i + 1] ?? 0];
    if (at <= start) return sum + count;
    if (at >= end) return sum;
    return sum + count * ((end - at) / (end - start));
  }, 0);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
