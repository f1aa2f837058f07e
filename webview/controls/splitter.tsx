import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';

interface SplitterProps {
  readonly label: string;
  /** Share of the parent's width that the part after the splitter takes, 0 to 1. */
  readonly share: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (share: number) => void;
}

const KEY_STEP = 0.02;

/** A line between two parts side by side that mouse and arrow keys move. */
export function Splitter({ label, share, min, max, onChange }: SplitterProps): ReactElement {
  const dragging = useRef(false);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    dragging.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const parent = event.currentTarget.parentElement?.getBoundingClientRect();
    if (dragging.current && parent !== undefined) onChange((parent.right - event.clientX) / parent.width);
  };
  const onPointerUp = (): void => {
    dragging.current = false;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const to = { ArrowLeft: share + KEY_STEP, ArrowRight: share - KEY_STEP, Home: max, End: min }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChange(to);
  };
  return (
    <div
      className="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={Math.round(min * 100)}
      aria-valuemax={Math.round(max * 100)}
      aria-valuenow={Math.round(share * 100)}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onLostPointerCapture={onPointerUp}
      onKeyDown={onKeyDown}
    />
  );
}
