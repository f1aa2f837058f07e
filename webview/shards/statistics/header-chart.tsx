import { useMemo, type MouseEvent, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { BarChart } from '../../charts/bar-chart.tsx';
import { slotAt, weightedSlotAt } from '../../charts/geometry.ts';
import { useRange, type BarRange } from '../../charts/use-range.ts';
import { ValueStrip } from '../../charts/value-strip.tsx';
import { strings } from '../../strings.ts';
import { clearChart, focusColumn, setConditions } from '../filters/actions.ts';
import { toggleValue } from '../filters/conditions.ts';
import { focusNow } from '../grid/dom.ts';
import { useSession } from '../session.ts';
import { shortestValue, shortText, shortValue } from '../short-text.ts';
import { useStore } from '../store.ts';
import { barCount, barEnds, canFilter, chosenBars, countsOf, measureOf, seriesOf, withBars, type Series } from './series.ts';
import { useStatistics } from './use-statistics.ts';

/** Values that a strip shows one by one. */
const STRIP_VALUES = 12;

/** The small chart in a column's header: a click on a bar or a drag over several filters. */
export function HeaderChart({ column }: { readonly column: Column }): ReactElement {
  const { summary, error, counting } = useStatistics([column.name]);
  const { store } = useSession();
  const shard = useStore(store, (state) => state.shard);
  const series = useMemo(
    () => (summary === null || shard === null ? null : shortened(seriesOf(summary, measureOf(shard, [column.name])))),
    [summary, shard, column.name],
  );
  if (summary === null || series === null) {
    const state = error !== null ? 'failed' : summary === null && counting ? 'pending' : 'none';
    return <span className={`header-chart ${state}`} title={error?.message} />;
  }
  return <Chart column={column} summary={summary} series={series} />;
}

interface ChartProps {
  readonly column: Column;
  readonly summary: ColumnSummary;
  readonly series: Series;
}

function Chart({ column, summary, series }: ChartProps): ReactElement {
  const session = useSession();
  const path = useMemo((): ColumnPath => [column.name], [column.name]);
  const conditions = useStore(session.store, (state) => state.view.query.conditions);
  const chosen = useMemo(() => chosenBars(series, conditions, path), [series, conditions, path]);
  const weights = series.kind === 'values' ? [...countsOf(series), ...(series.others > 0 ? [series.others] : [])] : [];
  const bars = barCount(series);
  const range = useRange({
    bars,
    barAt: (x, width) => (series.kind === 'values' ? Math.min(bars - 1, weightedSlotAt(x, width, weights)) : slotAt(x, width, bars)),
    onChoose: (choice, add) => {
      // The column that is filtered is the one that the statistics view is about.
      focusColumn(session, column.name);
      setConditions(session, chosenConditions(session, series, path, choice, add));
    },
    onClear: () => clearChart(session, path),
    onLeave: () => backToHeader(),
  });
  const label = chartLabel(series, column.name);
  const backToHeader = (): void => {
    const header = document.activeElement?.closest<HTMLElement>('th') ?? null;
    // The grid may be on its way to a row and would keep the keyboard from here.
    if (header !== null) focusNow(header);
  };
  const mark = range.marked ?? (range.at === null ? null : { first: range.at, last: range.at });
  return (
    <span
      className={`header-chart ${series.kind}${canFilter(series) ? '' : ' fixed'}`}
      data-own-keys=""
      role="slider"
      aria-label={label}
      aria-description={strings.statistics.chartKeys}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, bars - 1)}
      aria-valuenow={range.at ?? 0}
      aria-valuetext={barText(series, mark ?? { first: 0, last: 0 })}
      tabIndex={-1}
      onClick={stop}
      {...range.handlers}
    >
      {series.kind === 'values' ? (
        <ValueStrip
          values={series.top.map(({ value, count }) => ({ label: value === '' ? '“”' : value, count }))}
          kept={series.kept}
          chosen={chosen}
          others={series.others}
          at={range.at}
          marked={range.marked}
        />
      ) : (
        <BarChart counts={series.histogram.counts} kept={series.kept} chosen={chosen} at={range.at} marked={range.marked} />
      )}
      <ChartFoot summary={summary} series={series} mark={mark} />
    </span>
  );
}

/** Below the chart: its ends, or the bars that the pointer is at. */
function ChartFoot({ summary, series, mark }: { readonly summary: ColumnSummary; readonly series: Series; readonly mark: BarRange | null }): ReactElement {
  if (mark !== null) return <span className="chart-foot at">{barText(series, mark)}</span>;
  if (series.kind === 'values') {
    const { distinct } = summary;
    const values = distinct === undefined ? '' : strings.statistics.values(distinct.count, distinct.exact);
    return <span className="chart-foot">{values}</span>;
  }
  const { min = '', max = '' } = summary;
  return (
    <span className="chart-foot" title={`${min} … ${max}`}>
      <span>{shortestValue(min)}</span>
      {series.kind === 'length' && <span>{strings.statistics.units[series.measure.unit]}</span>}
      <span>{shortestValue(max)}</span>
    </span>
  );
}

/** What a chart is called. */
export function chartLabel(series: Series, column: string): string {
  const words = strings.statistics;
  if (series.kind === 'length') return words.lengthChart(column, words.units[series.measure.unit]);
  return series.kind === 'values' ? words.valuesChart(column) : words.chart(column);
}

/** Bars in words: from, to and how many. */
export function barText(series: Series, { first, last }: BarRange): string {
  const sum = (counts: readonly number[]): number => counts.slice(first, last + 1).reduce((all, count) => all + count, 0);
  const words = strings.statistics.binCount(sum(countsOf(series)), series.kept === null ? null : sum(series.kept));
  const { from } = barEnds(series, first);
  const end = barEnds(series, last);
  if (series.kind === 'values') return `${first === last ? shortText(from === '' ? '“”' : from) : strings.statistics.values(last - first + 1, true)}: ${words}`;
  const text = first === last && from === end.to ? shortValue(from) : `${shortValue(from)} – ${shortValue(end.to)}`;
  return `${text}: ${words}`;
}

function chosenConditions({ store }: ReturnType<typeof useSession>, series: Series, path: ColumnPath, { first, last }: BarRange, add: boolean): ReturnType<typeof withBars> {
  const { conditions } = store.state.view.query;
  if (series.kind !== 'values' || first !== last) return withBars(conditions, series, path, first, last);
  return toggleValue(conditions, path, series.top[first]?.value ?? null, !add);
}

/** As many values as a strip has room for; the others become one piece. */
function shortened(series: Series | null): Series | null {
  if (series?.kind !== 'values' || series.top.length <= STRIP_VALUES) return series;
  const rest = series.top.slice(STRIP_VALUES).reduce((sum, { count }) => sum + count, 0);
  return { ...series, top: series.top.slice(0, STRIP_VALUES), kept: series.kept?.slice(0, STRIP_VALUES) ?? null, others: series.others + rest };
}

/** A click on the chart is no click on the header's cell. */
function stop(event: MouseEvent): void {
  event.stopPropagation();
}
