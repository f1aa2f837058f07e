import { useEffect, useState, type KeyboardEvent, type ReactElement } from 'react';
import { Button } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { oneLine } from '../format.ts';
import { revealMatch } from '../panel/highlight.ts';
import { CHILDREN_STEP, nodeId } from '../panel/nodes.ts';
import { drawnText, paintFocus } from './paint.ts';
import type { PlacedSpan } from './place.ts';
import { levelOf } from './shading.ts';
import type { Spans } from './use-spans.ts';

/** UTF-16 units of a span's text in the table. */
const EXCERPT = 80;

interface SpanTableProps {
  readonly spans: Spans;
  readonly body: { readonly current: HTMLElement | null };
}

/** The same spans as numbers, and the scores that are of the document as a whole. */
export function SpanTable({ spans, body }: SpanTableProps): ReactElement {
  const { answer, placed } = spans;
  const scores = answer?.signals.flatMap(({ name, document }) => (document === undefined ? [] : [{ name, score: document.score }])) ?? [];
  const shown = answer?.shown;
  const all = answer?.signals.find(({ name }) => name === shown?.name)?.count ?? 0;
  return (
    <>
      {shown != null && placed.length > 0 && (
        <section className="panel-section">
          <h3>{strings.text.spansOf(shown.name, all)}</h3>
          {placed.length < all && <p className="hint">{strings.text.spansCut(placed.length, all)}</p>}
          <Lines key={shown.name} spans={spans} body={body} />
        </section>
      )}
      {scores.length > 0 && (
        <section className="panel-section">
          <h3>{strings.text.documentScores}</h3>
          <dl className="facts document-scores">
            {scores.map(({ name, score }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{score ?? <span className="cell-null">{strings.text.nullScore}</span>}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function Lines({ spans, body }: SpanTableProps): ReactElement {
  const { placed } = spans;
  const [shown, setShown] = useState(CHILDREN_STEP);
  const [current, setCurrent] = useState(0);
  const lines = placed.slice(0, shown);
  // A line that goes away with the focus on it says nothing of it.
  useEffect(() => () => paintFocus(null, 0, 0), [placed]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const to = nextLine(event.key, current, lines.length);
    if (to === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.querySelectorAll('button')[to]?.focus();
  };
  const mark = (span: PlacedSpan | null): void => {
    const text = body.current === null ? null : drawnText(body.current, spans.column);
    paintFocus(span === null ? null : text, span?.from ?? 0, span?.to ?? 0);
  };
  const reveal = ({ from, to }: PlacedSpan): void => {
    if (body.current !== null) revealMatch(body.current, { id: nodeId(spans.column, []), part: 'value', start: from, end: to });
  };
  return (
    <>
      <div className="table-scroll">
        <table className="facts-table span-table" onKeyDown={onKeyDown} onBlur={() => mark(null)}>
          <thead>
            <tr>
              <th scope="col">{strings.text.spanPlace}</th>
              <th scope="col" className="number">
                {strings.text.spanScore}
              </th>
              <th scope="col">{strings.text.spanText}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, i) => (
              <Line
                key={i}
                line={line}
                spans={spans}
                tabIndex={i === Math.min(current, lines.length - 1) ? 0 : -1}
                onFocus={() => {
                  setCurrent(i);
                  mark(line);
                }}
                onClick={() => reveal(line)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {placed.length > shown && (
        <div className="more">
          <Button onClick={() => setShown(shown + CHILDREN_STEP)}>{strings.more(Math.min(CHILDREN_STEP, placed.length - shown))}</Button>
        </div>
      )}
    </>
  );
}

interface LineProps {
  readonly line: PlacedSpan;
  readonly spans: Spans;
  readonly tabIndex: number;
  readonly onFocus: () => void;
  readonly onClick: () => void;
}

function Line({ line: { span, from, to, problem }, spans, tabIndex, onFocus, onClick }: LineProps): ReactElement {
  const score = span.score ?? strings.text.nullScore;
  const level = levelOf(span.score, spans.scale);
  return (
    <tr>
      <td>
        <button type="button" className="link span-link" tabIndex={tabIndex} aria-label={strings.text.showSpan(span.start, span.end, score)} onFocus={onFocus} onClick={onClick}>
          {strings.text.spanRange(span.start, span.end)}
        </button>
      </td>
      <td className={span.score === null ? 'number cell-null' : 'number'}>
        <span className="span-swatch" data-level={level ?? 'none'} />
        {score}
      </td>
      <td>
        {oneLine(spans.text.slice(from, Math.min(to, from + EXCERPT)))}
        {problem !== null && <span className="warning">{strings.text.problem[problem]}</span>}
      </td>
    </tr>
  );
}

function nextLine(key: string, current: number, lines: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(current + 1, lines - 1);
    case 'ArrowUp':
      return Math.max(current - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return lines - 1;
    default:
      return null;
  }
}
