import { useMemo, useState, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { LargeHistogram } from '../../charts/histogram.tsx';
import { ThresholdLine } from '../../charts/threshold-line.tsx';
import { Checkbox } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { addCondition, clearChart, setConditions } from '../filters/actions.ts';
import { pathName } from '../filters/conditions.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { BinsTable } from './bins-table.tsx';
import { barText, chartLabel } from './header-chart.tsx';
import { chosenBars, measureOf, seriesOf, withBars, type Series } from './series.ts';
import { ThresholdBox } from './threshold-box.tsx';
import { presentThreshold, thresholdAt, thresholdCondition, type Threshold } from './threshold.ts';
import { ValueList } from './value-list.tsx';

interface DistributionProps {
  readonly column: ColumnPath;
  readonly summary: ColumnSummary;
  readonly time: boolean;
  /** Which side of a cut is the better one. */
  readonly keepsAbove: boolean;
}

/** A column's distribution, large: bars to drag over, a threshold to draw, values to click. */
export function Distribution({ column, summary, time, keepsAbove }: DistributionProps): ReactElement {
  const session = useSession();
  const shard = useStore(session.store, (state) => state.shard);
  const series = useMemo(() => (shard === null ? null : seriesOf(summary, measureOf(shard, column))), [summary, shard, column]);
  const conditions = useStore(session.store, (state) => state.view.query.conditions);
  const chosen = useMemo(() => (series === null ? null : chosenBars(series, conditions, column)), [series, conditions, column]);
  if (series === null) return <p className="hint panel-section">{strings.statistics.unavailable}</p>;
  return (
    <section className="panel-section">
      {series.kind === 'values' ? (
        <ValueList column={column} series={series} chosen={chosen} rows={summary.rows} />
      ) : (
        <BinChart column={column} summary={summary} series={series} chosen={chosen} time={time} keepsAbove={keepsAbove} />
      )}
      <BinsTable series={series} />
    </section>
  );
}

interface BinChartProps extends DistributionProps {
  readonly series: Exclude<Series, { kind: 'values' }>;
  readonly chosen: readonly boolean[] | null;
}

function BinChart({ column, summary, series, chosen, time, keepsAbove }: BinChartProps): ReactElement {
  const session = useSession();
  const [logarithmic, setLogarithmic] = useState(false);
  const conditions = useStore(session.store, (state) => state.view.query.conditions);
  const [moved, move] = useState<Threshold | null>(null);
  const { histogram } = series;
  const first = histogram.edges[0] ?? 0;
  const last = histogram.edges.at(-1) ?? 1;
  const present = series.kind === 'range' ? presentThreshold(histogram, conditions, column, keepsAbove) : null;
  const threshold = moved ?? present ?? endThreshold(histogram, keepsAbove);
  const name = pathName(column);
  const words = strings.statistics;
  return (
    <>
      <LargeHistogram
        label={chartLabel(series, name)}
        description={words.chartKeys}
        edges={histogram.edges}
        counts={histogram.counts}
        kept={series.kept}
        chosen={chosen}
        time={time}
        logarithmic={logarithmic}
        text={(range) => barText(series, range)}
        onChoose={(range) => {
          move(null);
          setConditions(session, withBars(conditions, series, column, range.first, range.last));
        }}
        onClear={() => {
          move(null);
          clearChart(session, column);
        }}
      >
        {(axis, height) =>
          series.kind === 'range' &&
          first < last && (
            <ThresholdLine
              label={words.thresholdKeys(name)}
              axis={axis}
              height={height}
              value={Math.max(first, Math.min(last, threshold.at))}
              min={first}
              max={last}
              text={threshold.text}
              keepsRight={threshold.keepsAbove}
              onMove={(at, done) => {
                const next = thresholdAt(histogram, at, threshold.keepsAbove, time);
                move(done ? null : next);
                if (done) addCondition(session, thresholdCondition(next, column));
              }}
            />
          )
        }
      </LargeHistogram>
      <Checkbox checked={logarithmic} onChange={setLogarithmic}>
        {words.logarithmic}
      </Checkbox>
      {series.kind === 'range' && first < last && <ThresholdBox column={column} summary={summary} threshold={threshold} onChange={move} />}
    </>
  );
}

/** Where the line waits to be drawn in: at the end where it keeps everything. */
function endThreshold({ edges, edgeTexts }: BinChartProps['series']['histogram'], keepsAbove: boolean): Threshold {
  const at = keepsAbove ? edges[0] : edges.at(-1);
  const text = keepsAbove ? edgeTexts[0] : edgeTexts.at(-1);
  return { at: at ?? 0, text: text ?? '', keepsAbove };
}
