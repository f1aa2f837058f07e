import type { ReactElement } from 'react';
import type { Axis } from './scale.ts';

/** Half of the room that a label takes, in pixels: those at the ends stay inside. */
const HALF_LABEL = 18;

/** The line below a chart with its values. */
export function XAxis({ axis, y, width }: { readonly axis: Axis; readonly y: number; readonly width: number }): ReactElement {
  return (
    <g className="axis" aria-hidden="true">
      <line x1={0} x2={width} y1={y + 0.5} y2={y + 0.5} />
      {axis.ticks.map(({ at, label }) => {
        const x = axis.toPixel(at);
        const anchor = x < HALF_LABEL ? 'start' : x > width - HALF_LABEL ? 'end' : 'middle';
        return (
          <g key={at} transform={`translate(${Math.round(x)} ${y})`}>
            <line x1={0.5} x2={0.5} y1={0} y2={4} />
            <text y={15} textAnchor={anchor}>
              {label}
            </text>
          </g>
        );
      })}
    </g>
  );
}
