import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Select } from '../../controls/select.tsx';
import { Button, ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { Empty } from '../empty.tsx';
import { pathKey, pathName } from '../filters/conditions.ts';
import { OriginLine } from '../joined-mark.tsx';
import { PanelError, PanelPending } from '../panel/pending.tsx';
import { PanelHeader } from '../panel/side-panel.tsx';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { Distribution } from './distribution.tsx';
import { JointView } from './joint-view.tsx';
import { NumbersTable } from './numbers-table.tsx';
import { RoleSelect } from './role-select.tsx';
import type { ColumnStatistics } from './summaries.ts';
import { useScores, useStatistics } from './use-statistics.ts';

/** The statistics of the column that has the focus, or of a field inside it. */
export function StatisticsView({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const name = useStore(store, (state) => state.view.focus?.column);
  const column = shard.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    return (
      <>
        <PanelHeader title={strings.statistics.title} />
        <Empty icon="statistics" title={strings.statistics.noColumn} />
      </>
    );
  }
  return <OfColumn key={column.name} shard={shard} name={column.name} />;
}

function OfColumn({ shard, name }: { readonly shard: ShardState; readonly name: string }): ReactElement {
  const { summaries, store } = useSession();
  const scores = useScores();
  const [field, setField] = useState<ColumnPath | null>(null);
  const column = useMemo((): ColumnPath => field ?? [name], [field, name]);
  const statistics = useStatistics(column);
  const own = shard.columns.find((candidate) => candidate.name === name);
  const role = scores.columns.find((candidate) => pathKey(candidate.column) === pathKey(column))?.role;
  useEffect(() => {
    summaries.focus([column]);
    return () => summaries.focus([]);
  }, [summaries, column]);
  const fields = scores.columns.map((candidate) => candidate.column).filter((path) => path.length > 1);
  const paths = new Map([...shard.columns.map((candidate): ColumnPath => [candidate.name]), ...fields].map((path) => [pathKey(path), path]));
  const choose = (key: string): void => {
    const path = paths.get(key);
    if (path === undefined) return;
    setField(path.length > 1 ? path : null);
    store.dispatch({ type: 'move', move: { row: store.state.view.focus?.row ?? 0, column: path[0], takeFocus: false } });
  };
  return (
    <>
      <PanelHeader title={strings.statistics.title}>
        <Select label={strings.statistics.column} value={pathKey(column)} options={[...paths].map(([value, path]) => ({ value, label: pathName(path) || strings.unnamed }))} onChange={choose} />
      </PanelHeader>
      <div className="panel-body statistics">
        <OriginLine column={own} shard={shard} />
        <RoleSelect column={column} />
        <Extent statistics={statistics} onCountAll={() => summaries.countWhole(column)} />
        {statistics.error !== null && <PanelError error={statistics.error} />}
        {statistics.summary === null && statistics.error === null && <PanelPending />}
        {statistics.summary !== null && (
          <>
            <Distribution
              key={pathKey(column)}
              column={column}
              summary={statistics.summary}
              time={own?.kind === 'temporal'}
              keepsAbove={role?.role !== 'score' || role.better !== 'lower'}
            />
            <section className="panel-section">
              <NumbersTable summary={statistics.summary} />
            </section>
            <JointView shard={shard} column={column} />
          </>
        )}
      </div>
    </>
  );
}

/** Of how many rows the numbers are; never is a part shown as the whole. */
function Extent({ statistics, onCountAll }: { readonly statistics: ColumnStatistics; readonly onCountAll: () => void }): ReactElement | null {
  const { summary, counting } = statistics;
  const words = strings.statistics;
  if (summary === null) return null;
  return (
    <div className={summary.exact ? 'extent' : 'extent inexact'}>
      <span>{summary.exact ? words.exact(summary.rows) : words.inexact(summary.rows, summary.tableRows)}</span>
      {summary.kept !== undefined && <span className="hint">{words.keptRows(summary.kept.rows, summary.rows)}</span>}
      {counting && (
        <span className="hint">
          <ProgressRing />
          {words.counting}
        </span>
      )}
      {!summary.exact && !counting && <Button onClick={onCountAll}>{words.countAll}</Button>}
    </div>
  );
}
