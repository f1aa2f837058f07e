import type { ColumnPath } from '../../protocol/queries.ts';
import type { ColumnSummary, Histogram, ValueCount } from '../../protocol/statistics.ts';
import type { Axis, Point } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { findRuns } from './distribution.ts';
import { firstLook } from './first-look.ts';
import { countAll, countHeavy, MAX_DISTINCT, type Frequent } from './frequent.ts';
import { measureColumn, type Measure } from './measure.ts';
import { binCounts, countOf, pointsAt, quantileRanks, type Run } from './runs.ts';
import { measuredOf, tallyGroups, tallyNulls, tallySizes, valuesOf, type Tally } from './tally.ts';
import { tallyNames } from './tally-names.ts';
import { tallyValues } from './tally-values.ts';

/** A summary with what is needed to count other rows alike. */
export interface Summary {
  readonly summary: ColumnSummary;
  readonly edges: readonly Point[];
  readonly measure: Measure;
}

/** Texts of the values that are told apart, in bytes as an estimate; more are not held at once. */
const MAX_DISTINCT_TEXT = 256 * 1024 * 1024;

/** What the rows are of the table that the summary is of. */
export interface Extent {
  /** Rows looked at, as far as they are known before. */
  readonly rows: number;
  readonly tableRows: number;
  readonly exact: boolean;
}

/** The distribution of a column. @throws LoupeError */
export async function summarise(ask: Ask, path: ColumnPath, column: CountedColumn, extent: Extent): Promise<Summary> {
  const measure = await measureColumn(ask, column);
  const tally = await tallyOf(ask, column, measure, extent.rows);
  const spread = measure.axis === null || tally.runs.length === 0 ? null : await spreadOf(ask, column, measure, measure.axis, tally);
  const frequent = await frequentOf(ask, column, measure, tally);
  const { rows, nulls, missing, nans, infinities, mean, dimensions } = tally;
  const summary: ColumnSummary = {
    column: path,
    rows,
    tableRows: extent.tableRows,
    exact: extent.exact,
    nulls,
    missing,
    nans,
    infinities,
    ...(spread?.told ?? {}),
    ...(mean === null || measure.axis?.time === true ? {} : { mean }),
    ofLength: measure.of === 'length',
    ...(dimensions === null ? {} : { dimensions }),
    ...(frequent ?? {}),
  };
  return { summary, edges: spread?.edges ?? [], measure };
}

async function tallyOf(ask: Ask, column: CountedColumn, measure: Measure, rows: number): Promise<Tally> {
  const { axis, of, categories } = measure;
  if (axis === null && !categories) return tallyNulls(ask, column, measure);
  const look = await firstLook(ask, column, measure, rows);
  const groups = await tallyGroups(ask, column, measure, look);
  if (groups !== null) return groups;
  if (axis === null) return tallyNames(ask, column, measure);
  if (of === 'length') return categories ? tallyNames(ask, column, measure) : tallySizes(ask, column, measure, axis);
  return tallyValues(ask, column, measure, axis, look);
}

interface Spread {
  readonly told: Required<Pick<ColumnSummary, 'min' | 'max' | 'quantiles' | 'histogram'>>;
  readonly edges: readonly Point[];
}

async function spreadOf(ask: Ask, column: CountedColumn, measure: Measure, axis: Axis, { runs: known, whole }: Tally): Promise<Spread> {
  const [low, high] = ends(known);
  const edges = axis.edges(low, high, whole);
  const ranks = quantileRanks(countOf(known));
  const runs = await findRuns(ask, measuredOf(column, measure, axis), axis, known, { edges, ranks });
  const quantiles = pointsAt(runs, ranks);
  const [min = '', max = '', ...texts] = await textsOf(ask, axis, [low, high, ...quantiles, ...edges]);
  const histogram: Histogram = { edges: edges.map((edge) => axis.toNumber(edge)), edgeTexts: texts.slice(quantiles.length), counts: binCounts(runs, edges), whole };
  return { told: { min, max, quantiles: texts.slice(0, quantiles.length), histogram }, edges };
}

function ends(runs: readonly Run[]): readonly [Point, Point] {
  return [runs[0]?.min ?? 0, runs.at(-1)?.max ?? 0];
}

/** Points as the grid shows values of the column. */
export async function textsOf(ask: Ask, axis: Axis, points: readonly Point[]): Promise<string[]> {
  const rows = await ask(`SELECT unnest([${points.map((point) => axis.text(point)).join(', ')}])`);
  return rows.map(([text]) => String(text));
}

async function frequentOf(ask: Ask, column: CountedColumn, measure: Measure, tally: Tally): Promise<{ distinct: Frequent['distinct']; top?: readonly ValueCount[] } | null> {
  if (tally.distinct === null) return null;
  if (tally.top !== null) return { distinct: { count: tally.distinct, exact: true }, top: tally.top };
  const values = valuesOf(column, measure);
  const size = measure.of === 'length' ? tally.distinct * (tally.mean ?? 0) : 0;
  if (tally.distinct <= MAX_DISTINCT && size <= MAX_DISTINCT_TEXT) return countAll(ask, values);
  const distinct = { count: tally.distinct, exact: false };
  // The most frequent of a million different numbers say nothing that the bins do not; of texts they may.
  return tally.buckets === null ? { distinct } : { distinct, top: await countHeavy(ask, values, tally.buckets) };
}
