import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import type { BulkEdit } from '../../../extension/protocol/bulk.ts';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import { Select } from '../../controls/select.tsx';
import { Button } from '../../controls/toolkit.tsx';
import { inResult } from '../grid/pages.ts';
import { selectedRange } from '../grid/selection.ts';
import { formatCount } from '../numbers.ts';
import { PanelHeader } from '../panel/side-panel.tsx';
import { useSession } from '../session.ts';
import { rowsComplete, shownRows } from '../state.ts';
import { useStore } from '../store.ts';
import { PreviewList } from './preview-list.tsx';
import { usePreview, type Work } from './use-preview.ts';
import { words } from './words.ts';

interface BulkViewProps {
  readonly shard: ShardState;
  readonly title: string;
  /** Rows to choose from: those from the focused one on, or the selected and all that are shown. */
  readonly from: 'focus' | 'choice';
  /** What is typed, and what it makes of a column; null while that is nothing yet. */
  readonly children: (column: Column) => { readonly fields: ReactNode; readonly edit: BulkEdit | null };
}

/** A view that edits many rows of one column: what is typed, what it would do, and a button that does it. */
export function BulkView({ shard, title, from, children }: BulkViewProps): ReactElement {
  const session = useSession();
  const { host, store } = session;
  const focused = useStore(store, (state) => state.view.focus);
  const [chosen, choose] = useState(focused?.column);
  const [problem, setProblem] = useState<string | null>(null);
  const [applying, setApplying] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.querySelector<HTMLElement>('textarea')?.focus(), []);
  const column = shard.columns.find(({ name }) => name === chosen) ?? shard.columns[0];
  const rows = useRows(from);
  // Other rows, and with them another result, took the place of those that were shown.
  useStore(store, (state) => state.query.shownCount);
  const { fields, edit } = column === undefined ? { fields: null, edit: null } : children(column);
  const work: Work | null = edit === null ? null : { edit, ...rows.range, ...inResult(session.pages) };
  const preview = usePreview(work);
  const isReady = work !== null && !applying && preview.changed > 0 && preview.refused === 0 && preview.error === null;
  const apply = async (): Promise<void> => {
    if (!isReady) return;
    setApplying(true);
    setProblem(null);
    try {
      const { changed } = await host.request('view/editMany', work);
      store.dispatch({ type: 'announce', text: changed === 0 ? words.unchanged : words.changed(changed) });
    } catch (error) {
      const { code, message } = toLoupeError(error);
      if (code !== 'cancelled') setProblem(message);
    }
    setApplying(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void apply();
  };
  return (
    <>
      <PanelHeader title={title} />
      <div ref={body} className="panel-body edit-panel" onKeyDown={onKeyDown}>
        <div className="edit-fields">
          <label>
            {words.column}
            <Select label={words.column} value={column?.name ?? ''} options={shard.columns.map(({ name }) => ({ value: name, label: name }))} onChange={choose} />
          </label>
          {rows.choice}
          {fields}
        </div>
        <div className="edit-actions">
          <span title={words.applyTip}>
            <Button primary disabled={!isReady} onClick={() => void apply()}>
              {words.apply(isReady ? preview.changed : 0)}
            </Button>
          </span>
        </div>
        {problem !== null && (
          <p role="alert" className="edit-error">
            {problem}
          </p>
        )}
        {work !== null && <PreviewList preview={preview} />}
      </div>
    </>
  );
}

/** Which rows: positions in what the grid shows, and the box that chooses them. */
function useRows(from: BulkViewProps['from']): { readonly range: { readonly start: number; readonly end: number | null }; readonly choice: ReactNode } {
  const { store } = useSession();
  const selection = useStore(store, (state) => state.selection);
  const focus = useStore(store, (state) => state.view.focus?.row ?? 0);
  const count = useStore(store, shownRows);
  const complete = useStore(store, rowsComplete);
  const filtered = useStore(store, (state) => state.query.shown !== null);
  const [wish, setWish] = useState<'selected' | 'all'>('selected');
  if (from === 'focus') return { range: { start: focus, end: null }, choice: null };
  const range = selection === null ? null : selectedRange(selection);
  const shown = `${formatCount(count)}${complete ? '' : '+'}`;
  const options = [
    ...(range === null ? [] : [{ value: 'selected' as const, label: words.selected(range.end - range.start) }]),
    { value: 'all' as const, label: filtered ? words.passing(shown) : words.all(shown) },
  ];
  const choice = (
    <label>
      {words.rowsLabel}
      <Select label={words.rowsLabel} value={range === null ? 'all' : wish} options={options} onChange={setWish} />
    </label>
  );
  return { range: range !== null && wish === 'selected' ? range : { start: 0, end: null }, choice };
}
