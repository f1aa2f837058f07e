import type { ReactElement, ReactNode } from 'react';
import { barHeight } from './geometry.ts';
import { axisOf, binAt, drawnEdges, type Axis, type Scales } from './scale.ts';
import { useScales } from './use-scales.ts';
import { useRange, type BarRange } from './use-range.ts';
import { XAxis } from './x-axis.tsx';
import { useWidth } from './use-width.ts';

/** Pixels: the bars, and the axis below them. */
const BARS_HEIGHT = 132;
const AXIS_HEIGHT = 20;
/** The lowest bar that is not empty. */
const LEAST = 1.5;
/** Above the bars, for the handle of a threshold. */
const TOP = 12;

interface HistogramProps {
  readonly label: string;
  readonly description: string;
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly kept: readonly number[] | null;
  readonly chosen: readonly boolean[] | null;
  readonly time: boolean;
  readonly logarithmic: boolean;
  /** Bars in words. */
  readonly text: (range: BarRange) => string;
  readonly onChoose: (range: BarRange) => void;
  readonly onClear: () => void;
  /** What stands over the bars, drawn with the axis. */
  readonly children?: (axis: Axis, height: number) => ReactNode;
}

/** A large histogram with its axis: drag over bars to choose them. */
export function LargeHistogram(props: HistogramProps): ReactElement {
  const scales = useScales();
  return scales === null ? <div className="large-chart" aria-busy="true" /> : <DrawnHistogram {...props} scales={scales} />;
}

function DrawnHistogram({ scales, ...props }: HistogramProps & { readonly scales: Scales }): ReactElement {
  const { counts, label } = props;
  const edges = drawnEdges(props.edges);
  const { ref, width } = useWidth<HTMLDivElement>();
  const axis = axisOf(scales, [edges[0] ?? 0, edges.at(-1) ?? 1], 0, Math.max(1, width), props.time);
  const range = useRange({
    bars: counts.length,
    barAt: (x) => binAt(edges, axis.toValue(x)),
    onChoose: props.onChoose,
    onClear: props.onClear,
  });
  const mark = range.marked ?? (range.at === null ? null : { first: range.at, last: range.at });
  const height = TOP + BARS_HEIGHT;
  return (
    <div className="large-chart">
      <div
        ref={ref}
        className="chart-plot"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-description={props.description}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, counts.length - 1)}
        aria-valuenow={range.at ?? 0}
        aria-valuetext={props.text(mark ?? { first: 0, last: 0 })}
        {...range.handlers}
      >
        <svg width={width} height={height + AXIS_HEIGHT} aria-hidden="true" focusable="false">
          {mark !== null && <Band axis={axis} edges={edges} mark={mark} marked={range.marked !== null} height={height} />}
          <Bars {...props} edges={edges} axis={axis} />
          <XAxis axis={axis} y={height} width={width} />
        </svg>
      </div>
      {props.children?.(axis, height)}
      <p className="chart-text" aria-hidden="true">
        {mark === null ? '\u00a0' : props.text(mark)}
      </p>
    </div>
  );
}

function Bars({ edges, counts, kept, chosen, logarithmic, axis }: HistogramProps & { readonly axis: Axis }): ReactElement {
  const most = Math.max(1, ...counts);
  const bright = kept ?? (chosen === null ? counts : counts.map((count, i) => (chosen[i] === true ? count : 0)));
  const path = (values: readonly number[]): string =>
    values
      .map((count, i) => {
        const tall = barHeight(count, most, logarithmic, LEAST / BARS_HEIGHT) * BARS_HEIGHT;
        const [left, right] = [axis.toPixel(edges[i] ?? 0), axis.toPixel(edges[i + 1] ?? 0)];
        const gap = right - left > 4 ? 0.5 : 0;
        const [x, end] = [Math.round(left) + gap, Math.max(Math.round(left) + 1, Math.round(right) - gap)];
        return tall === 0 ? '' : `M${x} ${TOP + BARS_HEIGHT}V${TOP + BARS_HEIGHT - tall}H${end}V${TOP + BARS_HEIGHT}Z`;
      })
      .join('');
  return (
    <>
      <path className="bar-whole" d={path(counts)} />
      <path className="bar-kept" d={path(bright)} />
    </>
  );
}

interface BandProps {
  readonly axis: Axis;
  readonly edges: readonly number[];
  readonly mark: BarRange;
  readonly marked: boolean;
  readonly height: number;
}

function Band({ axis, edges, mark, marked, height }: BandProps): ReactElement {
  const left = axis.toPixel(edges[mark.first] ?? 0);
  const right = axis.toPixel(edges[mark.last + 1] ?? 0);
  return <rect className={marked ? 'bar-band marked' : 'bar-band'} x={left} y={TOP} width={Math.max(1, right - left)} height={height - TOP} />;
}
