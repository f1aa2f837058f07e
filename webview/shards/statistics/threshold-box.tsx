import { useState, type KeyboardEvent, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { Button, IconButton, TextField } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { addCondition } from '../filters/actions.ts';
import { pathKey } from '../filters/conditions.ts';
import { formatCount } from '../numbers.ts';
import { useRequest } from '../panel/use-request.ts';
import { useSession } from '../session.ts';
import { percent } from '../short-text.ts';
import { useStore } from '../store.ts';
import { CutRows } from './cut-rows.tsx';
import { edgeNumber } from './series.ts';
import { roughlyKept, thresholdCondition, thresholdQuery, withoutRange, type Threshold } from './threshold.ts';

/** How long the line rests before rows are counted, in milliseconds. */
const REST = 30;

interface ThresholdBoxProps {
  readonly column: ColumnPath;
  readonly summary: ColumnSummary;
  readonly threshold: Threshold;
  readonly onChange: (threshold: Threshold) => void;
}

const words = strings.statistics;

/** The cut in figures: where it is, what it keeps and drops, and the rows next to it. */
export function ThresholdBox({ column, summary, threshold, onChange }: ThresholdBoxProps): ReactElement {
  const session = useSession();
  const [cut, showCut] = useState(false);
  const [written, write] = useState<string | null>(null);
  const apply = (next: Threshold): void => addCondition(session, thresholdCondition(next, column));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || written === null || summary.histogram === undefined) return;
    event.preventDefault();
    const next = { ...threshold, at: edgeNumber(summary.histogram, written), text: written };
    write(null);
    onChange(next);
    apply(next);
  };
  return (
    <section className="threshold-box" aria-label={words.threshold}>
      <div className="threshold-head">
        <span>{threshold.keepsAbove ? words.keepAtLeast : words.keepAtMost}</span>
        <TextField label={words.threshold} value={written ?? threshold.text} onChange={write} onKeyDown={onKeyDown} />
        <IconButton icon="swap" label={words.turn} onClick={() => onChange({ ...threshold, keepsAbove: !threshold.keepsAbove })} />
        <Button primary onClick={() => apply(threshold)}>
          {words.applyThreshold}
        </Button>
        <IconButton icon="row" label={words.cut} text={words.cut} pressed={cut} onClick={() => showCut(!cut)} />
      </div>
      <KeptAndDropped column={column} summary={summary} threshold={threshold} />
      {cut && <CutRows column={column} threshold={threshold} />}
    </section>
  );
}

/** What a cut keeps and drops: by the bars at once, exactly a moment later. */
function KeptAndDropped({ column, summary, threshold }: Omit<ThresholdBoxProps, 'onChange'>): ReactElement {
  const { host, store } = useSession();
  const query = useStore(store, (state) => state.view.query);
  const base = withoutRange(query, column);
  const asked = thresholdQuery(query, threshold, column);
  const key = JSON.stringify([asked.conditions, pathKey(column)]);
  const kept = useRequest(`count ${key}`, REST, (signal) => host.request('view/count', { query: asked }, signal));
  const whole = useRequest(`base ${JSON.stringify(base.conditions)}`, REST, (signal) =>
    base.conditions.length === 0 ? Promise.resolve(null) : host.request('view/count', { query: base }, signal),
  );
  const all = base.conditions.length === 0 ? summary.tableRows : whole.pending ? null : (whole.value?.kept ?? null);
  const rough = roughlyKept(summary, threshold, query.conditions);
  if (kept.error !== null) return <p className="condition-problem">{kept.error.message}</p>;
  if (!kept.pending && kept.value !== null && all !== null) {
    const dropped = Math.max(0, all - kept.value.kept);
    return (
      <p className="kept-dropped" role="status">
        <KeptBar share={all === 0 ? 0 : kept.value.kept / all} />
        {words.keptDropped(formatCount(kept.value.kept), formatCount(dropped))}
        <span className="hint"> {percent(kept.value.kept, all)}</span>
      </p>
    );
  }
  return (
    <p className="kept-dropped rough">
      <KeptBar share={rough === null ? 0 : rough / Math.max(1, summary.tableRows)} />
      {rough === null ? words.counting : words.keptDropped(words.about(rough), words.about(Math.max(0, summary.tableRows - rough)))}
    </p>
  );
}

function KeptBar({ share }: { readonly share: number }): ReactElement {
  return (
    <span className="kept-bar" aria-hidden="true">
      <span style={{ width: `${Math.min(1, share) * 100}%` }} />
    </span>
  );
}
