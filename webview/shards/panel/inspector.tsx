import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { Empty } from '../empty.tsx';
import { inResult } from '../grid/pages.ts';
import { useSession } from '../session.ts';
import { shownRows } from '../state.ts';
import { useStore } from '../store.ts';
import { FindBox, useFind } from './find-box.tsx';
import { clearMatches, paintMatches, revealMatch } from './highlight.ts';
import { Members } from './members.tsx';
import { PanelError, PanelPending } from './pending.tsx';
import { Record } from './record.tsx';
import { focusTree, PanelHeader } from './side-panel.tsx';
import { useRequest } from './use-request.ts';

/** How long the focus rests on a row before the row is asked for, in milliseconds. */
const ROW_DELAY = 60;

/** The focused row whole: every column, nested values, long text, pictures. */
export function Inspector({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const row = useStore(store, (state) => state.view.focus?.row);
  const rows = useStore(store, shownRows);
  if (row === undefined || row >= rows) {
    return (
      <>
        <PanelHeader title={strings.row} />
        <Empty icon="row" title={strings.noRow} />
      </>
    );
  }
  return <RowInspector shard={shard} position={row} rows={rows} />;
}

interface RowInspectorProps {
  readonly shard: ShardState;
  /** Place of the row in what the grid shows, and how many rows that has. */
  readonly position: number;
  readonly rows: number;
}

function RowInspector({ shard, position, rows }: RowInspectorProps): ReactElement {
  const { store, host, pages } = useSession();
  const shown = useStore(store, (state) => state.query.shownCount);
  const answer = useRequest(`row ${position} ${shown}`, ROW_DELAY, (signal) => host.request('view/row', { row: position, ...inResult(pages) }, signal));
  const wrap = useStore(store, (state) => state.view.wrap);
  const move = (step: number): void => {
    const to = position + step;
    if (to >= 0 && to < rows) store.dispatch({ type: 'move', move: { row: to, takeFocus: false } });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(step);
  };
  const current = answer.value;
  const title = pages.rowNumber(position) ?? current?.row;
  return (
    <div className="inspector" onKeyDown={onKeyDown} aria-busy={answer.pending}>
      <PanelHeader title={title === undefined ? strings.row : strings.rowTitle(title)} {...(answer.pending || current === null ? {} : { detail: current.place })}>
        <IconButton icon="wrap" label={strings.wrap} pressed={wrap} onClick={() => store.dispatch({ type: 'toggleWrap' })} />
        <IconButton icon="up" label={strings.previousRow} disabled={position === 0} onClick={() => move(-1)} />
        <IconButton icon="down" label={strings.nextRow} disabled={position + 1 >= rows} onClick={() => move(1)} />
      </PanelHeader>
      {answer.error !== null && <PanelError error={answer.error} />}
      {current === null && answer.error === null && <PanelPending />}
      {current !== null && answer.error === null && <LoadedRow shard={shard} row={current} wrap={wrap} />}
    </div>
  );
}

function LoadedRow({ shard, row, wrap }: { readonly shard: ShardState; readonly row: Row; readonly wrap: boolean }): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const find = useFind(row, shard.columns);
  const { current } = find;
  const [revealed, reveal] = useState(0);
  // After every drawing: what is painted belongs to the text nodes that are there now.
  useEffect(() => {
    if (body.current !== null) paintMatches(body.current, find.matches, current);
  });
  useEffect(() => clearMatches, []);
  useEffect(() => {
    const panel = body.current?.closest<HTMLElement>('.panel');
    if (panel !== null && panel !== undefined && document.activeElement === panel) focusTree(panel);
  }, []);
  useEffect(() => {
    if (body.current !== null && current !== undefined) revealMatch(body.current, current);
  }, [current, revealed]);
  return (
    <>
      <FindBox find={find} />
      <div ref={body} className="panel-body">
        <Record row={row} columns={shard.columns} wrap={wrap} match={current} onDrawn={() => reveal((count) => count + 1)} />
        {row.members !== undefined && row.members.length > 0 && <Members members={row.members} />}
      </div>
    </>
  );
}
