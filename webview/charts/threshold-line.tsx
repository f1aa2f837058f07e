import { useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { Axis } from './scale.ts';

/** Pixels that an arrow key moves the line; with Shift ten times as many. */
const KEY_STEP = 1;

interface ThresholdLineProps {
  readonly label: string;
  readonly axis: Axis;
  readonly height: number;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly text: string;
  /** What is on the right of the line is kept; else what is on its left. */
  readonly keepsRight: boolean;
  /** `done`: the hand has let go. */
  readonly onMove: (value: number, done: boolean) => void;
}

/** A line over a chart that is dragged, or moved by arrow keys, to where the cut shall be. */
export function ThresholdLine({ label, axis, height, value, min, max, text, keepsRight, onMove }: ThresholdLineProps): ReactElement {
  const [dragged, drag] = useState(false);
  const within = (wanted: number): number => Math.max(min, Math.min(max, wanted));
  const valueUnder = (event: PointerEvent<HTMLElement>): number => {
    const plot = event.currentTarget.parentElement?.getBoundingClientRect();
    return within(axis.toValue(event.clientX - (plot?.left ?? 0)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -KEY_STEP, ArrowDown: -KEY_STEP, ArrowRight: KEY_STEP, ArrowUp: KEY_STEP }[event.key];
    const to = by === undefined ? { Home: min, End: max }[event.key] : axis.toValue(axis.toPixel(value) + by * (event.shiftKey ? 10 : 1));
    if (to === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    onMove(within(to ?? value), event.key === 'Enter');
  };
  return (
    <div
      className={`threshold-line${keepsRight ? ' keeps-right' : ''}${dragged ? ' dragged' : ''}`}
      style={{ transform: `translateX(${Math.round(axis.toPixel(value))}px)`, height }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(true);
      }}
      onPointerMove={(event) => {
        if (dragged) onMove(valueUnder(event), false);
      }}
      onPointerUp={(event) => {
        if (!dragged) return;
        drag(false);
        onMove(valueUnder(event), true);
      }}
      onPointerCancel={() => drag(false)}
    >
      <span className="threshold-grip" />
      <span className="threshold-text">{text}</span>
    </div>
  );
}
