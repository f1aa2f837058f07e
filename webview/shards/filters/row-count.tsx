import { useEffect, useState, type ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { Button, ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { progressText } from '../progress-text.ts';
import { hasEnded } from '../query/query-state.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';

/** How long a query runs before there is talk of it, in milliseconds. */
const PATIENCE = 1_000;

/** How many rows pass the filter; while it takes long, that, and a way to give up. */
export function RowCount({ shard }: { readonly shard: ShardState }): ReactElement | null {
  const { store, runner } = useSession();
  const shown = useStore(store, (state) => state.query.shown);
  const asking = useStore(store, (state) => state.query.asking);
  const slow = useSlow(asking);
  const slowToEnd = useSlow(shown === null || shown.complete ? null : shown.result);
  const words = strings.filters;
  const all = shard.rowsComplete ? formatCount(shard.rows) : strings.rowsSoFar(shard.rows);
  if (asking !== null && slow) {
    return (
      <span className="row-count" role="status">
        <ProgressRing />
        {asking.conditions.length > 0 ? words.filtering : words.sorting}
        <Button onClick={() => runner.cancel()}>{words.cancel}</Button>
      </span>
    );
  }
  if (shown === null || (shown.query.conditions.length === 0 && shown.complete)) return null;
  return (
    <span className="row-count" role="status">
      {!hasEnded(shown) && <ProgressRing />}
      {shown.complete ? words.kept(shown.rows, all) : shown.progress === undefined ? words.keptSoFar(shown.rows, all) : progressText(shown.progress)}
      {!shown.complete && shown.scanned > 0 && <span className="hint">{words.searched(shown.scanned, shard.rows)}</span>}
      {slowToEnd && shown.error === undefined && <Button onClick={() => runner.cancel()}>{words.cancel}</Button>}
      {shown.error !== undefined && (
        <span className="row-count-error" title={words.stopped(shown.error.message)}>
          <Icon name="warning" />
        </span>
      )}
    </span>
  );
}

/** Whether something has been the same for longer than a person waits without a word. */
function useSlow(task: object | number | null): boolean {
  const [slow, setSlow] = useState<object | number | null>(null);
  useEffect(() => {
    if (task === null) return;
    const timer = setTimeout(() => setSlow(task), PATIENCE);
    return () => clearTimeout(timer);
  }, [task]);
  return task !== null && slow === task;
}
