import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type CSSProperties, type ReactElement } from 'react';
import type { SqlResult } from '../../../extension/protocol/queries.ts';
import { strings } from '../../strings.ts';
import { cellLook } from '../format.ts';
import type { GridCell } from '../grid/page-cache.ts';
import { formatCount } from '../numbers.ts';
import type { ResultPages } from './result-pages.ts';

/** CSS pixels; sql.css knows it too. */
const ROW_HEIGHT = 24;
/** Rows drawn beyond the screen. */
const MARGIN = 8;
/** Widths of columns, in characters. */
const MIN_WIDTH = 6;
const MAX_WIDTH = 48;

const RIGHT: ReadonlySet<GridCell['kind']> = new Set(['number']);

interface ResultTableProps {
  readonly result: SqlResult;
  readonly pages: ResultPages;
}

/** The rows of a result, drawn as they come on screen; arrows and page keys scroll. */
export function ResultTable({ result: { columns, rows }, pages }: ResultTableProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState({ start: 0, end: MARGIN * 2 });
  useSyncExternalStore(pages.subscribe, pages.version);
  const look = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const first = Math.floor(element.scrollTop / ROW_HEIGHT);
    const start = Math.max(0, first - MARGIN);
    const end = Math.min(rows, first + Math.ceil(element.clientHeight / ROW_HEIGHT) + MARGIN);
    setShown((before) => (before.start === start && before.end === end ? before : { start, end }));
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(look);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => observer.disconnect();
  });
  useEffect(() => pages.want(shown.start, shown.end), [pages, shown]);
  const style = { '--sql-columns': useWidths(columns, pages), height: (rows + 1) * ROW_HEIGHT } as CSSProperties;
  const numbers = Array.from({ length: Math.max(0, Math.min(rows, shown.end) - shown.start) }, (_, i) => shown.start + i);
  return (
    <div ref={scroller} className="sql-table-scroll" role="group" tabIndex={0} aria-label={strings.sql.result} onScroll={look}>
      <div className="sql-table" role="table" aria-rowcount={rows + 1} aria-colcount={columns.length} style={style}>
        <div className="sql-row sql-header" role="row" aria-rowindex={1}>
          <span className="sql-number" role="presentation" />
          {columns.map(({ name, type }, at) => (
            <span key={at} role="columnheader" title={`${name}\n${type}`}>
              {name}
            </span>
          ))}
        </div>
        {numbers.map((number) => (
          <div key={number} className="sql-row" role="row" aria-rowindex={number + 2} style={{ top: (number + 1) * ROW_HEIGHT }}>
            <span className="sql-number" role="rowheader">
              {formatCount(number + 1)}
            </span>
            {columns.map((_, at) => (
              <Cell key={at} cell={pages.row(number)?.[at]} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({ cell }: { readonly cell: GridCell | undefined }): ReactElement {
  if (cell === undefined) return <span role="cell" aria-busy="true" className="sql-pending" />;
  const { text, className, title, label } = cellLook(cell);
  return (
    <span role="cell" className={RIGHT.has(cell.kind) ? 'right' : ''} title={title ?? text}>
      <span className={className} {...(label === undefined ? {} : { role: 'img', 'aria-label': label })}>
        {text}
      </span>
    </span>
  );
}

/** As wide as names and the first rows are, and the same from then on. */
function useWidths(columns: SqlResult['columns'], pages: ResultPages): string {
  const [widths, setWidths] = useState<string | null>(null);
  const first = pages.row(0);
  const measured = columns.map(({ name }, at) => {
    const lengths = Array.from({ length: 20 }, (_, row) => pages.row(row)?.[at]?.text.length ?? 0);
    return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, name.length, ...lengths) + 2);
  });
  const template = measured.map((width) => `${width}ch`).join(' ');
  if (widths === null && first !== undefined) setWidths(template);
  return widths ?? template;
}
