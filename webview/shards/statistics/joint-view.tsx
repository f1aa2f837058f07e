import { useState, type ReactElement } from 'react';
import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { Histogram, JointHistogram } from '../../../extension/protocol/statistics.ts';
import { Heatmap } from '../../charts/heatmap.tsx';
import { Select } from '../../controls/select.tsx';
import { strings } from '../../strings.ts';
import { setConditions } from '../filters/actions.ts';
import { pathKey, pathName, samePath, withCondition } from '../filters/conditions.ts';
import { formatCount } from '../numbers.ts';
import { inResult } from '../grid/pages.ts';
import { PanelError, PanelPending } from '../panel/pending.tsx';
import { useRequest } from '../panel/use-request.ts';
import { useSession } from '../session.ts';
import { shortValue } from '../short-text.ts';
import { useStore } from '../store.ts';
import { barCondition } from './series.ts';
import { useScores } from './use-statistics.ts';

const NONE = '';

const words = strings.statistics;

interface JointProps {
  readonly shard: ShardState;
  readonly column: ColumnPath;
}

/** A second column on the other axis. */
export function JointView({ shard, column }: JointProps): ReactElement | null {
  const scores = useScores();
  const [chosen, choose] = useState(NONE);
  const columns = measurable(shard, scores.columns.map((score) => score.column)).filter((path) => !samePath(path, column));
  if (columns.length === 0) return null;
  const second = columns.find((path) => pathKey(path) === chosen);
  const options = [{ value: NONE, label: words.noSecond }, ...columns.map((path) => ({ value: pathKey(path), label: pathName(path) }))];
  return (
    <section className="panel-section joint">
      <label className="labelled">
        {words.against}
        <Select label={words.against} value={second === undefined ? NONE : chosen} options={options} onChange={choose} />
      </label>
      {second !== undefined && <JointChart shard={shard} x={column} y={second} />}
    </section>
  );
}

function JointChart({ shard, x, y }: { readonly shard: ShardState; readonly x: ColumnPath; readonly y: ColumnPath }): ReactElement {
  const session = useSession();
  const { host, store, pages } = session;
  const shown = useStore(store, (state) => (state.query.shown?.complete === false ? -1 : state.query.shownCount));
  const answer = useRequest(`joint ${pathKey(x)} ${pathKey(y)} ${shown}`, 0, (signal) => host.request('view/joint', { x, y, ...inResult(pages) }, signal));
  if (answer.error !== null) return <PanelError error={answer.error} />;
  const joint = answer.value;
  if (joint === null) return <PanelPending />;
  const choose = ({ column, row }: { column: number; row: number }): void => {
    const { conditions } = store.state.view.query;
    const both = [binCondition(joint.x, x, column), binCondition(joint.y, y, row)];
    setConditions(session, both.reduce<readonly Condition[]>(withCondition, conditions));
  };
  return (
    <div aria-busy={answer.pending}>
      <Heatmap
        label={words.joint(pathName(x), pathName(y))}
        description={words.jointKeys}
        xEdges={joint.x.edges}
        yEdges={joint.y.edges}
        counts={joint.counts}
        xTime={isTime(shard, x)}
        yTime={isTime(shard, y)}
        text={({ column, row }) => words.jointCell(binText(joint.x, column), binText(joint.y, row), joint.counts[row]?.[column] ?? 0)}
        onChoose={choose}
      />
      <JointTable joint={joint} />
    </div>
  );
}

/** Cells that are not empty, the fullest first. */
function JointTable({ joint }: { readonly joint: JointHistogram }): ReactElement {
  const cells = joint.counts.flatMap((line, row) => line.flatMap((count, column) => (count === 0 ? [] : [{ row, column, count }])));
  return (
    <details className="bins">
      <summary>{words.jointTable}</summary>
      <div className="table-scroll">
        <table className="facts-table">
          <tbody>
            {cells
              .sort((a, b) => b.count - a.count)
              .slice(0, 200)
              .map(({ row, column, count }) => (
                <tr key={`${row} ${column}`}>
                  <td>{binText(joint.x, column)}</td>
                  <td>{binText(joint.y, row)}</td>
                  <td className="number">{formatCount(count)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function binCondition(histogram: Histogram, column: ColumnPath, bin: number): Condition {
  return barCondition({ kind: 'range', histogram, kept: null }, column, bin, bin);
}

function binText({ edgeTexts }: Histogram, bin: number): string {
  return `${shortValue(edgeTexts[bin] ?? '')} – ${shortValue(edgeTexts[bin + 1] ?? '')}`;
}

/** Columns with an order that has distances: numbers and times, and scores inside structs. */
function measurable({ columns }: ShardState, recognised: readonly ColumnPath[]): readonly ColumnPath[] {
  const top = columns.filter(({ kind }) => kind === 'number' || kind === 'temporal').map(({ name }): ColumnPath => [name]);
  return [...top, ...recognised.filter((path) => path.length > 1)];
}

function isTime({ columns }: ShardState, [name]: ColumnPath): boolean {
  return columns.find((column) => column.name === name)?.kind === 'temporal';
}
