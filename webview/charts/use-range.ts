import { useState, type KeyboardEvent, type PointerEvent } from 'react';

/** Bars from one to another, both included. */
export interface BarRange {
  readonly first: number;
  readonly last: number;
}

interface RangeOptions {
  readonly bars: number;
  /** The bar under a place, in pixels from the left of the element. */
  readonly barAt: (x: number, width: number) => number;
  /** `add`: beside what is chosen already. */
  readonly onChoose: (range: BarRange, add: boolean) => void;
  readonly onClear: () => void;
  /** Escape where nothing is marked. */
  readonly onLeave?: () => void;
}

interface Range {
  /** The bar that pointer or keyboard is at. */
  readonly at: number | null;
  /** What a drag or Shift with arrows has marked. */
  readonly marked: BarRange | null;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onPointerCancel: () => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onFocus: () => void;
    readonly onBlur: () => void;
  };
}

interface Marking {
  readonly anchor: number;
  readonly active: number;
}

/** Choosing bars of a chart: a click takes one, a drag several; by keyboard arrows move, Shift extends, Enter takes. */
export function useRange({ bars, barAt, onChoose, onClear, onLeave }: RangeOptions): Range {
  const [at, setAt] = useState<number | null>(null);
  const [marking, setMarking] = useState<Marking | null>(null);
  const [pressed, press] = useState(false);
  const barUnder = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return barAt(event.clientX - box.left, box.width);
  };
  const marked = marking === null ? null : rangeOf(marking);
  const choose = (range: BarRange, add: boolean): void => {
    setMarking(null);
    onChoose(range, add);
  };
  const end = (): void => {
    press(false);
    setMarking(null);
  };
  const step = (to: number, extend: boolean): void => {
    const active = Math.max(0, Math.min(bars - 1, to));
    setMarking(extend ? { anchor: marking?.anchor ?? at ?? active, active } : null);
    setAt(active);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const target = targetOf(event.key, at ?? 0, bars);
    if (target !== null) step(target, event.shiftKey);
    else if (event.key === 'Enter' || event.key === ' ') choose(marked ?? { first: at ?? 0, last: at ?? 0 }, event.ctrlKey || event.metaKey);
    else if (event.key === 'Escape') (marking === null ? (onLeave ?? onClear) : end)();
    else if (event.key === 'Delete' || event.key === 'Backspace') onClear();
    else return false;
    return true;
  };
  return {
    at,
    marked,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0 || bars === 0) return;
        // Neither a column is dragged nor the cell behind the chart selected.
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const bar = barUnder(event);
        setAt(bar);
        setMarking({ anchor: bar, active: bar });
        press(true);
      },
      onPointerMove: (event) => {
        const bar = barUnder(event);
        setAt(bar);
        if (pressed && marking !== null && marking.active !== bar) setMarking({ ...marking, active: bar });
      },
      onPointerUp: (event) => {
        press(false);
        if (pressed && marked !== null) choose(marked, event.shiftKey || event.ctrlKey || event.metaKey);
      },
      onPointerLeave: () => setAt(pressed ? at : null),
      onPointerCancel: end,
      onKeyDown: (event) => {
        if (bars === 0 || event.altKey || !onKey(event)) return;
        event.preventDefault();
        event.stopPropagation();
      },
      onFocus: () => {
        if (at === null) setAt(0);
      },
      onBlur: () => {
        setAt(null);
        end();
      },
    },
  };
}

/** The bar that a key leads to. */
function targetOf(key: string, here: number, bars: number): number | null {
  return { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: bars - 1 }[key] ?? null;
}

function rangeOf({ anchor, active }: Marking): BarRange {
  return { first: Math.min(anchor, active), last: Math.max(anchor, active) };
}
