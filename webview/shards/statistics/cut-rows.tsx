import type { ReactElement } from 'react';
import type { ColumnPath, Query } from '../../../extension/protocol/queries.ts';
import type { Column, Page } from '../../../extension/protocol/shards.ts';
import type { Host } from '../../host.ts';
import { strings } from '../../strings.ts';
import { CellContent } from '../grid/cell.tsx';
import type { GridCell } from '../grid/page-cache.ts';
import { PanelError, PanelPending } from '../panel/pending.tsx';
import { useRequest } from '../panel/use-request.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { withCondition } from '../filters/conditions.ts';
import { roleOf, type ScoreKnowledge } from './scores.ts';
import { withoutRange, type Threshold } from './threshold.ts';
import { useScores } from './use-statistics.ts';

/** Rows on each side. */
const ROWS = 5;

/** Columns beside the score: what a person judges a row by. */
const COLUMNS = 2;

/** Digits of a score. */
const DIGITS = 7;

/** How long the line rests before rows are fetched, in milliseconds. */
const REST = 250;

interface CutRow {
  readonly row: number;
  readonly value: string;
  readonly cells: readonly { readonly column: number; readonly cell: GridCell }[];
}

/** The rows just above and just below a threshold: the quickest way to judge it. */
export function CutRows({ column, threshold }: { readonly column: ColumnPath; readonly threshold: Threshold }): ReactElement {
  const { host, store, seeker } = useSession();
  const scores = useScores();
  const query = useStore(store, (state) => state.view.query);
  const shard = useStore(store, (state) => state.shard);
  const columns = shard === null ? [] : telling(shard.columns, scores, column);
  const base = withoutRange(query, column);
  const value = shard?.columns.find(({ name }) => name === column[0])?.index;
  const indexes = [...new Set([...(value === undefined ? [] : [value]), ...columns.map(({ index }) => index)])];
  const answer = useRequest(`cut ${JSON.stringify([base, column, threshold.text, indexes])}`, REST, async (signal) => ({
    above: await cutRows(host, sideQuery(base, column, threshold.text, true), indexes, signal),
    below: await cutRows(host, sideQuery(base, column, threshold.text, false), indexes, signal),
  }));
  if (answer.error !== null) return <PanelError error={answer.error} />;
  if (answer.value === null) return <PanelPending />;
  const { above, below } = answer.value;
  const words = strings.statistics;
  const go = (row: number): void => void seeker.go({ row });
  return (
    <div className="cut-rows" aria-busy={answer.pending}>
      <Side title={words.cutAbove} rows={above.toReversed()} onGo={go} />
      <div className="cut-line">
        <span>{threshold.text}</span>
      </div>
      <Side title={words.cutBelow} rows={below} onGo={go} />
    </div>
  );
}

function Side({ title, rows, onGo }: { readonly title: string; readonly rows: readonly CutRow[]; readonly onGo: (row: number) => void }): ReactElement {
  return (
    <ul aria-label={title}>
      {rows.length === 0 && <li className="hint">{strings.statistics.cutNone}</li>}
      {rows.map(({ row, value, cells }) => (
        <li key={row}>
          <button type="button" className="cut-row" title={strings.statistics.goToRow(row)} onClick={() => onGo(row)}>
            <span className="cut-value">{value}</span>
            {cells.map(({ column, cell }) => (
              <span key={column} className={`cut-cell ${cell.kind}`}>
                <CellContent cell={cell} row={row} column={column} pictures={false} />
              </span>
            ))}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Rows on one side of the cut, the nearest first. */
function sideQuery(base: Query, column: ColumnPath, text: string, above: boolean): Query {
  const condition = above ? ({ type: 'range', column, min: text } as const) : ({ type: 'range', column, max: text, maxOpen: true } as const);
  return { conditions: withCondition(base.conditions, condition), sort: [{ column, descending: !above }] };
}

/** The first rows of a query of its own, which is closed again. */
async function cutRows(host: Host, query: Query, columns: readonly number[], signal: AbortSignal): Promise<readonly CutRow[]> {
  const { result, rows } = await host.request('view/query', { query }, signal);
  try {
    if (rows === 0) return [];
    return rowsOf(await host.request('view/page', { result, start: 0, end: Math.min(ROWS, rows), columns }, signal));
  } finally {
    host.request('view/closeResult', { result }).catch(() => undefined);
  }
}

function rowsOf({ rowCount, rows = [], columns }: Page): readonly CutRow[] {
  const [score, ...others] = columns;
  return Array.from({ length: rowCount }, (_, i) => ({
    row: rows[i] ?? 0,
    value: digits(score?.texts[i] ?? ''),
    cells: others.map(({ column, texts, kinds, sizes }) => ({ column, cell: { text: texts[i] ?? '', kind: kinds[i] ?? 'text', size: sizes[i] ?? 0 } })),
  }));
}

/** A number with as many digits as tell rows next to each other apart. */
function digits(text: string): string {
  const number = Number(text);
  return text === '' || Number.isNaN(number) || Number.isInteger(number) ? text : String(Number(number.toPrecision(DIGITS)));
}

/** Pictures, captions and texts before anything else. */
function telling(columns: readonly Column[], scores: ScoreKnowledge, column: ColumnPath): readonly Column[] {
  const ROLES = ['image', 'caption', 'alt-text', 'text', 'url'];
  const rank = (candidate: Column): number => {
    const { role } = roleOf(scores, [candidate.name]);
    const place = ROLES.indexOf(candidate.kind === 'image' ? 'image' : role);
    return place === -1 ? (candidate.kind === 'text' ? ROLES.length : Infinity) : place;
  };
  const others = columns.filter(({ name }) => name !== column[0]).map((candidate) => ({ candidate, rank: rank(candidate) }));
  return others.filter(({ rank: place }) => place < Infinity).sort((a, b) => a.rank - b.rank).slice(0, COLUMNS).map(({ candidate }) => candidate);
}
