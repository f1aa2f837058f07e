import type { ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Button } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { Empty, Working } from '../empty.tsx';
import { formatCount } from '../numbers.ts';
import { progressText } from '../progress-text.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { clearFilters, setConditions } from './actions.ts';
import { conditionText } from './describe.ts';

/** No row passes, and what to do about it; or none that is found yet. */
export function NoRows({ shard, complete }: { readonly shard: ShardState; readonly complete: boolean }): ReactElement {
  const session = useSession();
  const conditions = useStore(session.store, (state) => state.view.query.conditions);
  const progress = useStore(session.store, (state) => state.query.shown?.progress);
  const last = conditions.at(-1);
  const words = strings.filters;
  if (!complete) {
    return (
      <div className="no-rows">
        <Working text={progress === undefined ? words.filtering : progressText(progress)} />
      </div>
    );
  }
  return (
    <div className="no-rows">
      <Empty icon="filter" title={words.noRows}>
        <p>{words.noRowsDetail(formatCount(shard.rows))}</p>
        <div className="empty-buttons">
          {last !== undefined && (
            <Button primary onClick={() => setConditions(session, conditions.slice(0, -1))}>
              {words.removeLast(conditionText(last))}
            </Button>
          )}
          <Button onClick={() => clearFilters(session)}>{words.clear}</Button>
        </div>
      </Empty>
    </div>
  );
}
