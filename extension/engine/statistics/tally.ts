import type { DuckDBMapValue, DuckDBValue } from '@duckdb/node-api';
import type { ValueCount } from '../../protocol/statistics.ts';
import type { Axis } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { NAME, TOP } from './frequent.ts';
import type { Measure } from './measure.ts';
import { countOf, ordered, type Run } from './runs.ts';

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
  /** Of embeddings: the smallest and the largest. */
  readonly dimensions: readonly [number, number] | null;
}

/** Different values that are fetched from DuckDB in one piece. */
export const MAX_GROUPS = 20_000;
/** Rows that tell whether there may be few different values. */
const SAMPLE = 10_000;
const FEW_IN_SAMPLE = 2_500;
const GONE = 'count(*) FILTER (WHERE gone)::DOUBLE';

/** SQL of a table with the values `v`, and `gone`: the row does not have the column. */
export function valuesOf(column: CountedColumn, measure: Measure): string {
  return `(SELECT ${measure.value(column.value)} AS v, ${column.missing ?? 'false'} AS gone FROM ${column.from})`;
}

/** SQL of a table with the values `v`, what is measured of them `r`, and `m`, which of that is finite. */
export function measuredOf(column: CountedColumn, measure: Measure, axis: Axis): string {
  return `(SELECT v, gone, ${axis.sql('v')} AS r, ${axis.finite('v')} AS m FROM ${valuesOf(column, measure)})`;
}

/**
 * Counts by value, in one look: everything is known then. Null where there are too many different values, which the
 * first rows tell before all are counted.
 */
export async function tallyGroups(ask: Ask, column: CountedColumn, measure: Measure, rows: number): Promise<Tally | null> {
  const values = valuesOf(column, measure);
  if (rows > MAX_GROUPS && Number((await ask(`SELECT count(DISTINCT v)::DOUBLE FROM (SELECT v FROM ${values} LIMIT ${SAMPLE})`))[0]?.[0]) > FEW_IN_SAMPLE) return null;
  const groups = await ask(`SELECT v IS NULL, n, ${NAME} AS t, ${measure.axis?.sql('v') ?? 'NULL'} AS r, g FROM (SELECT v, count(*)::DOUBLE AS n, ${GONE} AS g FROM ${values} GROUP BY v)
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
    dimensions: null,
  };
}

/** Lengths by how often they occur, in one look. */
export async function tallyLengths(ask: Ask, column: CountedColumn, measure: Measure, axis: Axis): Promise<Tally> {
  const distinct = measure.categories ? 'approx_count_distinct(v)::DOUBLE' : 'NULL';
  const [row] = await ask(`SELECT count(*)::DOUBLE, count(v)::DOUBLE, ${GONE}, ${distinct}, histogram(r) FROM ${measuredOf(column, measure, axis)}`);
  const [rows, held, gone, estimate, lengths] = row ?? [];
  const entries = (lengths as DuckDBMapValue | null)?.entries ?? [];
  const runs = ordered(entries.map(({ key, value }) => ({ min: axis.point(key), max: axis.point(key), count: Number(value) })));
  const total = countOf(runs);
  return {
    rows: Number(rows),
    nulls: Number(rows) - Number(held),
    missing: Number(gone),
    nans: 0,
    infinities: 0,
    runs,
    mean: total === 0 ? null : runs.reduce((mass, { min, count }) => mass + Number(min) * count, 0) / total,
    whole: true,
    distinct: estimate == null ? null : Number(estimate),
    top: null,
    dimensions: null,
  };
}

/** Numbers, times and norms: the ends, and an estimate of how many different ones there are. */
export async function tallyValues(ask: Ask, column: CountedColumn, measure: Measure, axis: Axis): Promise<Tally> {
  const dimension = measure.dimension?.('v');
  const [row] = await ask(`SELECT count(*)::DOUBLE, count(v)::DOUBLE, ${GONE}, count(r)::DOUBLE, count(m)::DOUBLE, min(m), max(m),
    ${axis.float ? 'count(*) FILTER (WHERE isnan(r))' : '0'}::DOUBLE,
    ${axis.time ? 'NULL' : 'avg(m::DOUBLE)'},
    ${axis.float ? 'bool_and(m = trunc(m))' : String(axis.whole)},
    ${measure.categories ? 'approx_count_distinct(v)::DOUBLE' : 'NULL'},
    ${dimension === undefined ? 'NULL, NULL' : `min(${dimension})::DOUBLE, max(${dimension})::DOUBLE`}
    FROM ${measuredOf(column, measure, axis)}`);
  const [rows, held, gone, measured, finite, min = null, max = null, nans, mean, whole, distinct, smallest = null, largest = null] = row ?? [];
  const infinite = Number(measure.of === 'norm' ? measured : held) - Number(finite) - Number(nans);
  return {
    rows: Number(rows),
    nulls: Number(rows) - Number(held),
    missing: Number(gone),
    nans: Number(nans),
    infinities: infinite,
    runs: min === null || max === null ? [] : [{ min: axis.point(min), max: axis.point(max), count: Number(finite) }],
    mean: typeof mean === 'number' ? mean : null,
    whole: whole === true,
    distinct: distinct == null ? null : Number(distinct),
    top: null,
    dimensions: smallest === null || largest === null ? null : [Number(smallest), Number(largest)],
  };
}

/** Columns that can only be told apart, or not even that. */
export async function tallyNulls(ask: Ask, column: CountedColumn, measure: Measure): Promise<Tally> {
  const distinct = measure.categories ? 'approx_count_distinct(v)::DOUBLE' : 'NULL';
  const [row] = await ask(`SELECT count(*)::DOUBLE, count(v)::DOUBLE, ${GONE}, ${distinct} FROM ${valuesOf(column, measure)}`);
  const [rows, held, gone, estimate] = row ?? [];
  return {
    rows: Number(rows),
    nulls: Number(rows) - Number(held),
    missing: Number(gone),
    nans: 0,
    infinities: 0,
    runs: [],
    mean: null,
    whole: false,
    distinct: estimate == null ? null : Number(estimate),
    top: null,
    dimensions: null,
  };
}
