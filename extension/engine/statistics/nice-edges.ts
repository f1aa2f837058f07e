/** More bins than this are not wanted; half as many are the fewest. */
const MAX_BINS = 50;

/** Steps that people count in, times a power of ten. */
const MANTISSAS = [10n, 20n, 25n, 50n] as const;

/** Edges at round whole numbers, the first at most `low`, the last above `high`; a bin each where there are few. */
export function wholeEdges(low: bigint, high: bigint): bigint[] {
  const step = wholeStep(high - low);
  const edges: bigint[] = [];
  for (let edge = floorTo(low, step); ; edge += step) {
    edges.push(edge);
    if (edge > high) return edges;
  }
}

/** The largest multiple of `step` that is at most `value`. */
export function floorTo(value: bigint, step: bigint): bigint {
  const rest = value % step;
  return rest < 0n ? value - rest - step : value - rest;
}

/** The smallest round step that makes few enough bins. */
export function wholeStep(span: bigint): bigint {
  if (span < BigInt(MAX_BINS)) return 1n;
  for (let power = 1n; ; power *= 10n) {
    for (const mantissa of MANTISSAS) {
      const step = mantissa * power;
      if (step % 10n === 0n && (span * 10n) / step < BigInt(MAX_BINS)) return step / 10n;
    }
  }
}

/**
 * Edges at round decimals, the first at most `low`, the last at least `high`. `whole`: all values are whole numbers,
 * and few of them get a bin each.
 */
export function decimalEdges(low: number, high: number, whole: boolean): number[] {
  if (whole && Number.isSafeInteger(low) && Number.isSafeInteger(high)) return wholeEdges(BigInt(low), BigInt(high)).map(Number);
  const edges = steppedEdges(low, high);
  // Between subnormals there is no decimal to step by.
  return edges ?? (low < high ? [low, high] : low > 0 ? [0, low] : [low, 0]);
}

function steppedEdges(low: number, high: number): number[] | null {
  const { mantissa, exponent } = decimalStep(low, high);
  const step = Number(`${mantissa}e${exponent}`);
  const edge = (index: bigint): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, Number(`${index * mantissa}e${exponent}`)));
  const guess = Math.floor(low / step);
  if (step === 0 || !Number.isFinite(guess)) return null;
  let index = BigInt(guess);
  while (edge(index) > low) index--;
  while (edge(index + 1n) <= low && low < high) index++;
  const edges: number[] = [];
  for (; edges.length < 4 * MAX_BINS; index++) {
    const next = edge(index);
    if (next !== edges.at(-1)) edges.push(next);
    if (edges.length > 1 && next >= high) return edges;
  }
  return null;
}

function decimalStep(low: number, high: number): { mantissa: bigint; exponent: number } {
  // Of one value alone a bin of two digits around it.
  const size = low === high ? Math.abs(low) : high / MAX_BINS - low / MAX_BINS;
  if (size === 0) return { mantissa: 1n, exponent: 0 };
  const exponent = Math.floor(Math.log10(size)) - 1;
  if (low === high) return { mantissa: 1n, exponent };
  for (const mantissa of MANTISSAS) {
    if (Number(`${mantissa}e${exponent}`) >= size) return { mantissa, exponent };
  }
  return { mantissa: 10n, exponent: exponent + 1 };
}
