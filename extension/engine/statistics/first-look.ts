import type { Point } from './axis.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import type { Measure } from './measure.ts';
import { MAX_GROUPS, measuredOf, valuesOf } from './tally.ts';

/** Rows that are looked at before all. */
const SAMPLE = 10_000;
const FEW_IN_SAMPLE = 2_500;
/** Whole values that lie no further apart than this are few, however many are different among the first. */
const NARROW = 10_000n;

/** Two values, and what they are as DOUBLEs in SQL. */
export interface Ends {
  readonly min: Point;
  readonly max: Point;
  readonly low: number;
  readonly high: number;
}

/** What the first rows suggest; the others may be different. */
export interface FirstLook {
  /** There may be few different values. */
  readonly few: boolean;
  /** Between what most values may lie; null where there are none, or where they have no order. */
  readonly ends: Ends | null;
  /** Every number may be whole. */
  readonly whole: boolean;
}

/** A look at the first rows; null of so small a table that it saves nothing. */
export async function firstLook(ask: Ask, column: CountedColumn, measure: Measure, rows: number): Promise<FirstLook | null> {
  if (rows <= MAX_GROUPS) return null;
  const { axis, of, categories } = measure;
  const first = { ...column, from: `(SELECT * FROM ${column.from} LIMIT ${SAMPLE})` };
  const source = axis === null ? valuesOf(first, measure) : measuredOf(first, measure, axis);
  const facts = axis === null ? 'NULL, NULL, NULL, NULL, NULL' : `min(m), max(m), min(m)::DOUBLE, max(m)::DOUBLE, ${axis.float ? 'bool_and(m = trunc(m))' : 'true'}`;
  const [row] = await ask(`SELECT ${categories ? 'count(DISTINCT v)::DOUBLE' : 'NULL'}, ${facts} FROM ${source}`);
  const [distinct, min = null, max = null, low, high, whole] = row ?? [];
  const ends = axis === null || min === null || max === null ? null : { min: axis.point(min), max: axis.point(max), low: Number(low), high: Number(high) };
  const few = categories && (Number(distinct) <= FEW_IN_SAMPLE || (of === 'value' && isNarrow(ends)));
  return { few, ends, whole: whole !== false };
}

function isNarrow(ends: Ends | null): boolean {
  if (ends === null) return false;
  const { min, max } = ends;
  return typeof min === 'bigint' && typeof max === 'bigint' && max - min <= NARROW;
}
