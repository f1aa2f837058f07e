import { useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { axisOf, binAt, drawnEdges, type Scales } from './scale.ts';
import { useScales } from './use-scales.ts';
import { useWidth } from './use-width.ts';
import { XAxis } from './x-axis.tsx';

/** Pixels: the cells, the axis below and the one at the left. */
const HEIGHT = 240;
const AXIS_HEIGHT = 20;
const LEFT = 44;

/** Steps of colour; cells of one step are one shape. */
const STEPS = 12;

export interface HeatmapCell {
  readonly column: number;
  readonly row: number;
}

interface HeatmapProps {
  readonly label: string;
  readonly description: string;
  readonly xEdges: readonly number[];
  readonly yEdges: readonly number[];
  /** `counts[row][column]`, the lowest row first. */
  readonly counts: readonly (readonly number[])[];
  readonly xTime: boolean;
  readonly yTime: boolean;
  readonly text: (cell: HeatmapCell) => string;
  readonly onChoose: (cell: HeatmapCell) => void;
}

/** Two columns against each other: the more rows, the stronger the colour. */
export function Heatmap(props: HeatmapProps): ReactElement {
  const scales = useScales();
  return scales === null ? <div className="large-chart" aria-busy="true" /> : <DrawnHeatmap {...props} scales={scales} />;
}

function DrawnHeatmap({ scales, ...props }: HeatmapProps & { readonly scales: Scales }): ReactElement {
  const { counts } = props;
  const [xEdges, yEdges] = [drawnEdges(props.xEdges), drawnEdges(props.yEdges)];
  const { ref, width } = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<HeatmapCell | null>(null);
  const x = axisOf(scales, [xEdges[0] ?? 0, xEdges.at(-1) ?? 1], LEFT, Math.max(1, width - LEFT), props.xTime);
  const y = axisOf(scales, [yEdges[0] ?? 0, yEdges.at(-1) ?? 1], HEIGHT, -HEIGHT, props.yTime);
  const cellUnder = (event: PointerEvent<HTMLElement>): HeatmapCell => {
    const box = event.currentTarget.getBoundingClientRect();
    return { column: binAt(xEdges, x.toValue(event.clientX - box.left)), row: binAt(yEdges, y.toValue(event.clientY - box.top)) };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { column, row } = at ?? { column: 0, row: 0 };
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (dx !== 0 || dy !== 0) setAt({ column: clamp(column + (dx ?? 0), xEdges.length - 2), row: clamp(row + (dy ?? 0), yEdges.length - 2) });
    else if ((event.key === 'Enter' || event.key === ' ') && at !== null) props.onChoose(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const cellPath = ({ column, row }: HeatmapCell): string => {
    const [left, right] = [x.toPixel(xEdges[column] ?? 0), x.toPixel(xEdges[column + 1] ?? 0)];
    const [bottom, top] = [y.toPixel(yEdges[row] ?? 0), y.toPixel(yEdges[row + 1] ?? 0)];
    return `M${Math.round(left)} ${Math.round(bottom)}V${Math.round(top)}H${Math.round(right)}V${Math.round(bottom)}Z`;
  };
  return (
    <div className="large-chart">
      <div
        ref={ref}
        className="chart-plot heatmap"
        role="application"
        tabIndex={0}
        aria-label={props.label}
        aria-description={props.description}
        onPointerMove={(event) => setAt(cellUnder(event))}
        onPointerLeave={() => setAt(null)}
        onClick={() => {
          if (at !== null) props.onChoose(at);
        }}
        onFocus={() => {
          if (at === null) setAt({ column: 0, row: 0 });
        }}
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={HEIGHT + AXIS_HEIGHT} aria-hidden="true" focusable="false">
          {stepsOf(counts).map((cells, step) =>
            cells.length === 0 ? null : <path key={step} className="heat" fillOpacity={(step + 1) / STEPS} d={cells.map(cellPath).join('')} />,
          )}
          {at !== null && <path className="heat-at" d={cellPath(at)} />}
          <XAxis axis={x} y={HEIGHT} width={width} />
          <g className="axis" aria-hidden="true">
            <line x1={LEFT - 0.5} x2={LEFT - 0.5} y1={0} y2={HEIGHT} />
            {y.ticks.map(({ at: value, label }) => (
              <text key={value} x={LEFT - 6} y={Math.max(9, Math.round(y.toPixel(value)) + 3)} textAnchor="end">
                {label}
              </text>
            ))}
          </g>
        </svg>
      </div>
      <p className="chart-text" role="status">
        {at === null ? '\u00a0' : props.text(at)}
      </p>
    </div>
  );
}

/** Cells by how strong their colour is; counts differ by orders of magnitude, so logarithms are compared. */
export function stepsOf(counts: readonly (readonly number[])[]): readonly (readonly HeatmapCell[])[] {
  const most = Math.max(1, ...counts.map((row) => Math.max(0, ...row)));
  const steps = Array.from({ length: STEPS }, (): HeatmapCell[] => []);
  counts.forEach((line, row) =>
    line.forEach((count, column) => {
      if (count > 0) steps[Math.min(STEPS - 1, Math.floor((Math.log1p(count) / Math.log1p(most)) * STEPS))]?.push({ column, row });
    }),
  );
  return steps;
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(last, value));
}
