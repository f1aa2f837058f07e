import type { Span } from '../../../extension/protocol/spans.ts';
import type { CodePoints } from './code-points.ts';

/**
 * Why a span is not shaded as it says: it lies in the part of a long text that is not here, reaches beyond the text, or
 * names no place.
 */
export type SpanProblem = 'notHere' | 'outside' | 'impossible';

/** A span and where it is in the text on screen. */
export interface PlacedSpan {
  readonly span: Span;
  /** UTF-16 units; equal where nothing of the span is on screen. */
  readonly from: number;
  readonly to: number;
  readonly problem: SpanProblem | null;
}

/** Spans in the order of the file; `length` is the whole text's in code points, of which `shown` may be the beginning. */
export function placeSpans(spans: readonly Span[], shown: CodePoints, length: number | null): PlacedSpan[] {
  const here = (offset: number): number => shown.units(Math.min(Math.max(offset, 0), shown.length));
  return spans.map((span) => ({ span, from: here(span.start), to: here(Math.max(span.start, span.end)), problem: problemOf(span, shown.length, length) }));
}

function problemOf({ start, end }: Span, shown: number, length: number | null): SpanProblem | null {
  if (start < 0 || end < start) return 'impossible';
  if (length !== null && end > length) return 'outside';
  return end > shown ? 'notHere' : null;
}

/** The spans around a place, in UTF-16 units. */
export function spansAt(spans: readonly PlacedSpan[], offset: number): PlacedSpan[] {
  return spans.filter(({ from, to, problem }) => problem !== 'impossible' && from <= offset && offset < to);
}
