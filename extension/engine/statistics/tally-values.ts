import type { DuckDBValue } from '@duckdb/node-api';
import type { Axis } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { between, PARTS } from './distribution.ts';
import type { Ends, FirstLook } from './first-look.ts';
import type { Measure } from './measure.ts';
import { ordered, type Division, type Run } from './runs.ts';
import { measuredOf, NOTHING_TOLD, type Tally } from './tally.ts';

/** Numbers of the parts beside those that values are dealt out to: rows without a finite value, and what lies outside. */
const GONE = -1_000_000_007;
const NULL = -1_000_000_006;
const UNMEASURED = -1_000_000_005;
const NAN = -1_000_000_004;
const INFINITE = -1_000_000_003;
const BELOW = -1_000_000_002;
const ABOVE = -1_000_000_001;

/** One part of the rows: its number, how many they are, and what was found in them. */
interface Part {
  readonly number: number;
  readonly count: number;
  readonly facts: readonly DuckDBValue[];
}

/**
 * Numbers, times and norms, in one look. Values are counted in parts of the stretch that the first rows have filled;
 * what lies outside makes a part at either end. An estimate of how many different values there are is added up from the
 * parts', which have none in common.
 */
export async function tallyValues(ask: Ask, column: CountedColumn, measure: Measure, axis: Axis, look: FirstLook | null): Promise<Tally> {
  const division = divisionOf(axis, look?.ends ?? null);
  const testsWhole = axis.float && look?.whole !== false;
  const dimension = measure.dimension?.('v');
  const rows = await ask(`SELECT p, count(*)::DOUBLE, min(m), max(m),
    ${axis.time ? 'NULL' : 'avg(m::DOUBLE)'},
    ${testsWhole ? 'bool_and(m = trunc(m))' : 'NULL'},
    ${measure.categories ? 'approx_count_distinct(v)::DOUBLE' : 'NULL'},
    ${dimension === undefined ? 'NULL, NULL' : `min(${dimension})::DOUBLE, max(${dimension})::DOUBLE`}
    FROM (SELECT *, ${partSql(axis, look?.ends ?? null, division)} AS p FROM ${measuredOf(column, measure, axis)}) GROUP BY p`);
  const parts = rows.map(([number, count, ...facts]) => ({ number: Number(number), count: Number(count), facts }));
  const finite = parts.filter(({ number }) => number > INFINITE);
  const count = (...numbers: readonly number[]): number => sum(parts.filter(({ number }) => numbers.includes(number)).map((part) => part.count));
  return {
    ...NOTHING_TOLD,
    rows: sum(parts.map((part) => part.count)),
    nulls: count(GONE, NULL),
    missing: count(GONE),
    nans: count(NAN),
    infinities: measure.of === 'norm' ? count(INFINITE) : count(INFINITE, UNMEASURED),
    runs: runsOf(finite, axis, division),
    mean: axis.time ? null : meanOf(finite),
    whole: axis.float ? testsWhole && finite.length > 0 && finite.every(({ facts: [, , , whole] }) => whole === true) : axis.whole,
    distinct: measure.categories ? distinctOf(parts) : null,
    dimensions: dimension === undefined ? null : dimensionsOf(parts),
  };
}

/**
 * Null where there is nothing to divide. The tests come before the arithmetic, which is then within its bounds.
 * Rounding may put a value into a part beside its own, never into one far away.
 */
function divisionOf(axis: Axis, ends: Ends | null): Division | null {
  if (ends === null || ends.min >= ends.max) return null;
  const scale = PARTS / (ends.high - ends.low);
  const shift = -ends.low * scale;
  if (!Number.isFinite(scale) || !Number.isFinite(shift)) return null;
  return { sql: `CASE WHEN ${between(axis, ends)} THEN CAST(m::DOUBLE * '${scale}'::DOUBLE + '${shift}'::DOUBLE AS INTEGER) END` };
}

function partSql(axis: Axis, ends: Ends | null, division: Division | null): string {
  const nan = axis.float ? `WHEN isnan(r) THEN ${NAN}` : '';
  const rest = `WHEN gone THEN ${GONE} WHEN v IS NULL THEN ${NULL} WHEN r IS NULL THEN ${UNMEASURED} ${nan} ELSE ${INFINITE}`;
  if (division === null || ends === null) return `CASE WHEN m IS NOT NULL THEN ${ABOVE} ${rest} END`;
  return `coalesce(${division.sql}, CASE WHEN m < ${axis.literal(ends.min)} THEN ${BELOW} WHEN m IS NOT NULL THEN ${ABOVE} ${rest} END)`;
}

function runsOf(finite: readonly Part[], axis: Axis, division: Division | null): Run[] {
  return ordered(finite.map(({ number, count, facts: [min = null, max = null] }) => {
    const run = { min: axis.point(min), max: axis.point(max), count };
    return division === null || number <= ABOVE ? run : { ...run, parts: { division, numbers: [number] } };
  }));
}

function meanOf(finite: readonly Part[]): number | null {
  const total = sum(finite.map(({ count }) => count));
  return total === 0 ? null : sum(finite.map(({ count, facts: [, , mean] }) => Number(mean) * (count / total)));
}

function distinctOf(parts: readonly Part[]): number {
  return sum(parts.map(({ number, count, facts: [, , , , distinct] }) => (number <= NULL ? 0 : Math.min(count, Number(distinct)))));
}

function dimensionsOf(parts: readonly Part[]): readonly [number, number] | null {
  const known = parts.flatMap(({ facts: [, , , , , smallest = null, largest = null] }) => (smallest === null || largest === null ? [] : [[Number(smallest), Number(largest)] as const]));
  return known.length === 0 ? null : [Math.min(...known.map(([smallest]) => smallest)), Math.max(...known.map(([, largest]) => largest))];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
