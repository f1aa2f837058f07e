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
export const BUCKETS = 65_536;
export const FULL_BUCKETS = 64;

/** How full the buckets are. */
export interface Buckets {
  /** The fullest first; one more than are looked into. */
  readonly fullest: readonly { readonly bucket: number; readonly count: number }[];
  /** How many values most buckets hold. */
  readonly usual: number;
}

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
 * The most frequent of very many values, without counting each: those in the fullest buckets are counted one by one.
 * What is more frequent there than any other bucket is full is certainly among the most frequent ones; nothing else is
 * named. Buckets that are as full as the values of a usual one make them are not worth a look.
 */
export async function countHeavy(ask: Ask, source: string, { fullest, usual }: Buckets): Promise<ValueCount[]> {
  const least = (fullest[FULL_BUCKETS]?.count ?? 0) + usual;
  const wanted = fullest.slice(0, FULL_BUCKETS).filter(({ count }) => count > least);
  if (wanted.length === 0) return [];
  const bound = fullest[wanted.length]?.count ?? 0;
  const rows = await ask(`SELECT ${NAME} AS t, n FROM (SELECT v, count(*)::DOUBLE AS n FROM ${source} WHERE hash(v) & ${BUCKETS - 1} IN (${wanted.map(({ bucket }) => bucket).join(', ')}) AND v IS NOT NULL GROUP BY v)
    WHERE n > ${bound} AND t IS NOT NULL ORDER BY n DESC, v LIMIT ${TOP}`);
  return rows.flatMap(namedCount);
}

function namedCount([text, count]: readonly DuckDBValue[]): ValueCount[] {
  return typeof text === 'string' ? [{ value: text, count: Number(count) }] : [];
}
