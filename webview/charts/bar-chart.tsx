import type { ReactElement } from 'react';
import { barsPath } from './geometry.ts';
import type { BarRange } from './use-range.ts';

interface BarChartProps {
  readonly counts: readonly number[];
  /** What the filter keeps of each; null without a filter. */
  readonly kept: readonly number[] | null;
  /** Bars that a condition on the column lets pass. */
  readonly chosen: readonly boolean[] | null;
  readonly at: number | null;
  readonly marked: BarRange | null;
  readonly logarithmic?: boolean;
}

/** Bars side by side over the whole width: all of them faint, what is kept in full colour before them. */
export function BarChart({ counts, kept, chosen, at, marked, logarithmic = false }: BarChartProps): ReactElement {
  const most = Math.max(1, ...counts);
  const bright = kept ?? (chosen === null ? counts : counts.map((count, i) => (chosen[i] === true ? count : 0)));
  const band = marked ?? (at === null ? null : { first: at, last: at });
  return (
    <svg className="bars" viewBox={`0 0 ${Math.max(1, counts.length)} 1`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {band !== null && <rect className={marked === null ? 'bar-band' : 'bar-band marked'} x={band.first} y={0} width={band.last - band.first + 1} height={1} />}
      <path className="bar-whole" d={barsPath(counts, most, logarithmic)} />
      <path className="bar-kept" d={barsPath(bright, most, logarithmic)} />
    </svg>
  );
}
