import { useEffect, useMemo, useRef, useState } from 'react';
import type { LoupeError } from '../../../extension/rpc/failure.ts';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { RowSpans } from '../../../extension/protocol/spans.ts';
import { useRequest } from '../panel/use-request.ts';
import { useSession } from '../session.ts';
import { CodePoints } from './code-points.ts';
import { clearSpans, drawnText, paintSegments } from './paint.ts';
import { placeSpans, type PlacedSpan } from './place.ts';
import { spanColumns } from './recognise.ts';
import { scaleOf, segmentsOf, type Scale, type Segment } from './shading.ts';

/** The spans of the row that is shown. */
export interface Spans {
  /** Column of the text. */
  readonly column: number;
  /** The text as far as it is here. */
  readonly text: string;
  readonly answer: RowSpans | null;
  readonly error: LoupeError | null;
  /** Spans of the chosen signal, in the order of the file; none where the text is not shaded. */
  readonly placed: readonly PlacedSpan[];
  readonly scale: Scale | null;
  /** Null: the text is not shaded. */
  readonly choose: (signal: string | null) => void;
  readonly shaded: boolean;
}

interface Body {
  readonly current: HTMLElement | null;
}

const NOTHING = { placed: [], scale: null, segments: [] } as const;

/** Asks for the spans of a row that has some and shades its text; null where it has none. The choice of signal stays from row to row. */
export function useSpans(row: Row, columns: readonly Column[], body: Body): Spans | null {
  const { host } = useSession();
  const [chosen, choose] = useState<string>();
  const [shaded, setShaded] = useState(true);
  const place = useMemo(() => spanColumns(row, columns), [row, columns]);
  const key = JSON.stringify(place === null ? null : [row.row, place, chosen]);
  const request = useRequest(key, 0, (signal) =>
    place === null ? Promise.resolve(null) : host.request('view/spans', { row: row.row, ...place, shown: chosen ?? null }, signal),
  );
  const answer = place === null || request.pending ? null : request.value;
  const text = place === null ? '' : textOf(row, place.text);
  const drawing = useMemo(() => (shaded ? drawingOf(answer, text) : NOTHING), [answer, text, shaded]);
  usePaint(body, place?.text, drawing.segments);
  if (place === null) return null;
  const onChoose = (signal: string | null): void => {
    setShaded(signal !== null);
    if (signal !== null) choose(signal);
  };
  return { column: place.text, text, answer, error: request.error, placed: drawing.placed, scale: drawing.scale, choose: onChoose, shaded };
}

function drawingOf(answer: RowSpans | null, text: string): { placed: readonly PlacedSpan[]; scale: Scale | null; segments: readonly Segment[] } {
  if (answer?.shown == null) return NOTHING;
  const placed = placeSpans(answer.shown.spans, new CodePoints(text), answer.length);
  const scale = scaleOf(answer.shown.spans.map(({ score }) => score));
  return { placed, scale, segments: segmentsOf(placed, scale) };
}

/** Paints again when the text is drawn anew, or other spans are shown. */
function usePaint(body: Body, column: number | undefined, segments: readonly Segment[]): void {
  const painted = useRef<{ readonly text: Text | null; readonly segments: readonly Segment[] }>(null);
  useEffect(() => {
    const text = body.current === null || column === undefined ? null : drawnText(body.current, column);
    if (painted.current?.text === text && painted.current.segments === segments) return;
    painted.current = { text, segments };
    if (text === null) clearSpans();
    else paintSegments(text, segments);
  });
  useEffect(
    () => () => {
      painted.current = null;
      clearSpans();
    },
    [],
  );
}

function textOf(row: Row, column: number): string {
  const value = row.cells.find((cell) => cell.column === column)?.value ?? null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value?.type === 'text' ? value.text : '';
}
