import type { DuckDBValue } from '@duckdb/node-api';
import type { ValueCount } from '../../protocol/statistics.ts';
import type { Axis } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { NAME, TOP, type Buckets } from './frequent.ts';
import type { Measure } from './measure.ts';
import { countOf, ordered, type Run } from './runs.ts';
import type { FirstLook } from './first-look.ts';

/** What one look at all rows tells; the runs may still hide edges and quantiles. */
export interface Tally {
  readonly rows: number;
  readonly nulls: number;
  readonly missing: number;
  readonly nans: number;
  readonly infinities: number;
  readonly runs: readonly Run[];
  readonly mean: number | null;
  /** Every value is a whole number. */
  readonly whole: boolean;
  /** An estimate, except where `top` is there. */
  readonly distinct: number | null;
  readonly top: readonly ValueCount[] | null;
  /** Where frequent values are, of what is told apart but not measured itself. */
  readonly buckets: Buckets | null;
  /** Of embeddings: the smallest and the largest. */
  readonly dimensions: readonly [number, number] | null;
}

/** Different values that are fetched from DuckDB in one piece. */
export const MAX_GROUPS = 20_000;
/** SQL of how many rows of a group do not have the column. */
const GONE = 'count(*) FILTER (WHERE gone)::DOUBLE';

/** A tally of a column in which nothing was measured or told apart. */
export const NOTHING_TOLD: Omit<Tally, 'rows' | 'nulls' | 'missing'> = {
  nans: 0,
  infinities: 0,
  runs: [],
  mean: null,
  whole: false,
  distinct: null,
  top: null,
  buckets: null,
  dimensions: null,
};

/** SQL of a table with the values `v`, and `gone`: the row does not have the column. */
export function valuesOf(column: CountedColumn, measure: Measure): string {
  return `(SELECT ${measure.value(column.value)} AS v, ${column.missing ?? 'false'} AS gone FROM ${column.from})`;
}

/** SQL of a table with the values `v`, what is measured of them `r`, and `m`, which of that is finite. */
export function measuredOf(column: CountedColumn, measure: Measure, axis: Axis): string {
  return `(SELECT v, gone, ${axis.sql('v')} AS r, ${axis.finite('v')} AS m FROM ${valuesOf(column, measure)})`;
}

/** Counts by value, in one look: everything is known then. Null where there are too many different values. */
export async function tallyGroups(ask: Ask, column: CountedColumn, measure: Measure, look: FirstLook | null): Promise<Tally | null> {
  if (!measure.categories || look?.few === false) return null;
  const groups = await ask(`SELECT v IS NULL, n, ${NAME} AS t, ${measure.axis?.sql('v') ?? 'NULL'} AS r, g FROM (SELECT v, count(*)::DOUBLE AS n, ${GONE} AS g FROM ${valuesOf(column, measure)} GROUP BY v)
    ORDER BY n DESC, v LIMIT ${MAX_GROUPS + 1}`);
  return groups.length > MAX_GROUPS ? null : tallyOf(groups, measure);
}

function tallyOf(groups: readonly (readonly DuckDBValue[])[], { axis, of }: Measure): Tally {
  const held = groups.filter(([isNull]) => isNull !== true);
  const sum = (some: readonly (readonly DuckDBValue[])[]): number => some.reduce((total, [, count]) => total + Number(count), 0);
  const isNan = ([, , , raw]: readonly DuckDBValue[]): boolean => axis?.float === true && Number.isNaN(raw);
  const finite = axis === null ? [] : held.filter(([, , , raw = null]) => raw !== null && (!axis.float || Number.isFinite(raw)));
  const runs = axis === null ? [] : ordered(finite.map(([, count, , raw = null]) => ({ min: axis.point(raw), max: axis.point(raw), count: Number(count) })));
  const nans = sum(held.filter(isNan));
  const total = countOf(runs);
  const mean = axis === null || total === 0 ? null : runs.reduce((mass, { min, count }) => mass + axis.toNumber(min) * (count / total), 0);
  return {
    ...NOTHING_TOLD,
    rows: sum(groups),
    nulls: sum(groups) - sum(held),
    missing: groups.reduce((total, [, , , , gone]) => total + Number(gone), 0),
    nans,
    infinities: axis === null || of !== 'value' ? 0 : sum(held) - total - nans,
    runs,
    mean,
    whole: axis !== null && (axis.whole || (axis.float && runs.every(({ min }) => Number.isInteger(min)))),
    distinct: held.length,
    top: held.flatMap(([, count, text]) => (typeof text === 'string' ? [{ value: text, count: Number(count) }] : [])).slice(0, TOP),
  };
}

/** Bytes and containers: their sizes by how often they occur, in one look. */
export async function tallySizes(ask: Ask, column: CountedColumn, measure: Measure, axis: Axis): Promise<Tally> {
  const groups = await ask(`SELECT r, count(*)::DOUBLE, count(v)::DOUBLE, ${GONE} FROM ${measuredOf(column, measure, axis)} GROUP BY r`);
  const sum = (at: number): number => groups.reduce((total, group) => total + Number(group[at]), 0);
  const runs = sizeRuns(groups, axis);
  return { ...NOTHING_TOLD, rows: sum(1), nulls: sum(1) - sum(2), missing: sum(3), runs, mean: meanSize(runs), whole: true };
}

/** Runs of sizes that were counted one by one; null stands for none. */
export function sizeRuns(groups: readonly (readonly DuckDBValue[])[], axis: Axis): Run[] {
  const sizes = groups.flatMap(([size = null, count]) => (size === null ? [] : [{ size: axis.point(size), count: Number(count) }]));
  return ordered(sizes.map(({ size, count }) => ({ min: size, max: size, count })));
}

export function meanSize(runs: readonly Run[]): number | null {
  const total = countOf(runs);
  return total === 0 ? null : runs.reduce((mass, { min, count }) => mass + Number(min) * count, 0) / total;
}

/** Columns that cannot even be told apart. */
export async function tallyNulls(ask: Ask, column: CountedColumn, measure: Measure): Promise<Tally> {
  const [row] = await ask(`SELECT count(*)::DOUBLE, count(v)::DOUBLE, ${GONE} FROM ${valuesOf(column, measure)}`);
  const [rows, held, gone] = row ?? [];
  return { ...NOTHING_TOLD, rows: Number(rows), nulls: Number(rows) - Number(held), missing: Number(gone) };
}
