import type { DuckDBValue } from '@duckdb/node-api';
import type { ValueCount } from '../../protocol/statistics.ts';
import type { Ask } from './counted-table.ts';

/** Different values that are counted one by one; more are estimated. */
export const MAX_DISTINCT = 1_000_000;
/** Values that are named. */
export const TOP = 20;
/** Longer texts are no categories and are not named, in code points. */
export const LONGEST_NAME = 1_000;
/** Values are dealt out to so many buckets by their hash, and the fullest few are looked into. */
const BUCKETS = 65_536;
const FULL_BUCKETS = 64;

export interface Frequent {
  readonly distinct: { readonly count: number; readonly exact: boolean };
  readonly top: readonly ValueCount[];
}

/** SQL of a value's text where it is short enough to be named. */
export const NAME = `CASE WHEN length(v::VARCHAR) <= ${LONGEST_NAME} THEN v::VARCHAR END`;

/** Every value is counted. `source`: SQL of a table with the values `v`. */
export async function countAll(ask: Ask, source: string): Promise<Frequent> {
  const [total, ...rows] = await ask(`WITH g AS MATERIALIZED (SELECT v, count(*)::DOUBLE AS n FROM ${source} WHERE v IS NOT NULL GROUP BY v)
    SELECT NULL, count(*)::DOUBLE FROM g
    UNION ALL (SELECT ${NAME} AS t, n FROM g WHERE t IS NOT NULL ORDER BY n DESC, v LIMIT ${TOP})`);
  return { distinct: { count: Number(total?.[1] ?? 0), exact: true }, top: rows.flatMap(namedCount) };
}

/**
 * The most frequent of very many values, without counting each: values are counted by the bucket that their hash
 * falls into, then those in the fullest buckets one by one. What is more frequent there than any other bucket is full
 * is certainly among the most frequent ones; nothing else is named.
 */
export async function countHeavy(ask: Ask, source: string): Promise<ValueCount[]> {
  const bucket = `hash(v) & ${BUCKETS - 1}`;
  const full = await ask(`SELECT ${bucket} AS b, count(*)::DOUBLE AS n FROM ${source} WHERE v IS NOT NULL GROUP BY b ORDER BY n DESC LIMIT ${FULL_BUCKETS + 1}`);
  const bound = Number(full[FULL_BUCKETS]?.[1] ?? 0);
  const buckets = full.slice(0, FULL_BUCKETS).map(([b]) => String(b));
  if (buckets.length === 0) return [];
  const rows = await ask(`SELECT ${NAME} AS t, n FROM (SELECT v, count(*)::DOUBLE AS n FROM ${source} WHERE ${bucket} IN (${buckets.join(', ')}) GROUP BY v)
    WHERE n > ${bound} AND t IS NOT NULL ORDER BY n DESC, v LIMIT ${TOP}`);
  return rows.flatMap(namedCount);
}

function namedCount([text, count]: readonly DuckDBValue[]): ValueCount[] {
  return typeof text === 'string' ? [{ value: text, count: Number(count) }] : [];
}
