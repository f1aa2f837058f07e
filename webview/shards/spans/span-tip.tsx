import { useEffect, useState, type ReactElement } from 'react';
import { strings } from '../../strings.ts';
import { drawnText } from './paint.ts';
import { spansAt, type PlacedSpan } from './place.ts';
import type { Spans } from './use-spans.ts';

/** Spans told at once; a place under more of them is looked up in the table. */
const MAX_LINES = 5;

/** Pixels between the pointer and the tip. */
const DISTANCE = 16;

interface Hover {
  readonly x: number;
  readonly y: number;
  readonly over: readonly PlacedSpan[];
}

/** The scores under the pointer. The keyboard and screen readers have the table. */
export function SpanTip({ spans, body }: { readonly spans: Spans; readonly body: { readonly current: HTMLElement | null } }): ReactElement | null {
  const [hover, setHover] = useState<Hover | null>(null);
  const { placed, column } = spans;
  useEffect(() => {
    const root = body.current;
    const onMove = ({ clientX: x, clientY: y }: PointerEvent): void => {
      const caret = document.caretPositionFromPoint(x, y);
      const text = root === null ? null : drawnText(root, column);
      const over = caret === null || caret.offsetNode !== text ? [] : spansAt(placed, caret.offset);
      setHover(over.length === 0 ? null : { x, y, over });
    };
    const onLeave = (): void => setHover(null);
    root?.addEventListener('pointermove', onMove);
    root?.addEventListener('pointerleave', onLeave);
    // What scrolls away under a pointer that rests is not under it any more; scrolling does not bubble.
    root?.addEventListener('scroll', onLeave, true);
    return () => {
      root?.removeEventListener('pointermove', onMove);
      root?.removeEventListener('pointerleave', onLeave);
      root?.removeEventListener('scroll', onLeave, true);
      setHover(null);
    };
  }, [body, placed, column]);
  if (hover === null) return null;
  const left = Math.min(hover.x + DISTANCE, window.innerWidth - 220);
  return (
    <div className="span-tip" role="tooltip" style={{ left, top: hover.y + DISTANCE }}>
      {hover.over.slice(0, MAX_LINES).map(({ span }, i) => (
        <div key={i}>{strings.text.spanTip(span.score ?? strings.text.nullScore, span.start, span.end)}</div>
      ))}
      {hover.over.length > MAX_LINES && <div>{strings.text.moreSpans(hover.over.length - MAX_LINES)}</div>}
    </div>
  );
}
