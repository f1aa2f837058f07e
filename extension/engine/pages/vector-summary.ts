import { MAX_POINTS, type VectorSummary } from '../../protocol/vectors.ts';
import type { Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** A list of numbers at a glance. @throws LoupeError where the value is no such list */
export function vectorSummary(value: Value): VectorSummary {
  const numbers = numbersOf(value);
  const buckets = Math.min(MAX_POINTS, numbers.length);
  const points: ([number, number] | null)[] = Array.from({ length: buckets }, () => null);
  let finite = 0;
  let sum = 0;
  let squares = 0;
  for (const [i, number] of numbers.entries()) {
    if (!Number.isFinite(number)) continue;
    finite++;
    sum += number;
    squares += number * number;
    const bucket = Math.floor((i * buckets) / numbers.length);
    const point = points[bucket];
    points[bucket] = point == null ? [number, number] : [Math.min(point[0], number), Math.max(point[1], number)];
  }
  const found = points.filter((point) => point !== null);
  const extremes = found.length === 0 ? { min: null, max: null, mean: null } : { min: Math.min(...found.map(([low]) => low)), max: Math.max(...found.map(([, high]) => high)), mean: sum / finite };
  return { dimension: numbers.length, finite, norm: Math.sqrt(squares), ...extremes, points };
}

function numbersOf(value: Value): readonly number[] {
  const items = typeof value === 'object' && value?.type === 'list' ? value.items : [];
  if (items.length === 0) throw new LoupeError('invalid-request', 'There is no vector in this cell.');
  return items.map((item) => (typeof item === 'object' && item?.type === 'number' ? Number(item.text) : NaN));
}
