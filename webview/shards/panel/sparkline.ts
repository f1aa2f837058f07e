import type { VectorSummary } from '../../../extension/protocol/vectors.ts';

/** The box of a sparkline, which is stretched to its place. */
export const SPARK_WIDTH = 512;
export const SPARK_HEIGHT = 32;

/** A line through the least and the greatest value of every stretch; it breaks where no value is finite. */
export function sparklinePath(points: VectorSummary['points'], min: number, max: number): string {
  const step = points.length > 1 ? SPARK_WIDTH / (points.length - 1) : 0;
  const y = (value: number): string => rounded(max === min ? SPARK_HEIGHT / 2 : SPARK_HEIGHT - ((value - min) / (max - min)) * SPARK_HEIGHT);
  let pen = 'M';
  const parts: string[] = [];
  for (const [i, point] of points.entries()) {
    if (point === null) {
      pen = 'M';
      continue;
    }
    const [low, high] = point;
    const x = rounded(i * step);
    // A move alone draws nothing: a value by itself gets a line of no length, which has caps.
    parts.push(`${pen}${x} ${y(low)}L${x} ${y(high)}`);
    pen = 'L';
  }
  return parts.join('');
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
