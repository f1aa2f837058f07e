import type { Ask, CountedColumn } from './counted-table.ts';
import { BUCKETS, FULL_BUCKETS } from './frequent.ts';
import type { Measure } from './measure.ts';
import { meanSize, NOTHING_TOLD, sizeRuns, valuesOf, type Tally } from './tally.ts';

/** Stands for the length in rows that do not have the column. */
const GONE = -1;
/** Bits of a hash that tell its bucket, and those that are left. */
const BUCKET_BITS = Math.log2(BUCKETS);
const OTHER_HASHES = 2 ** (64 - BUCKET_BITS);
/** Share of the buckets beyond which counting empty ones says little. */
const MOST_IN_USE = 0.95;

/**
 * Texts and other values that are told apart by name, in one look: how often each length occurs, how full the buckets
 * of their hashes are, and of each bucket the smallest hash, which tells how many different ones there are.
 */
export async function tallyNames(ask: Ask, column: CountedColumn, measure: Measure): Promise<Tally> {
  const { axis } = measure;
  const length = axis === null ? 'CASE WHEN v IS NOT NULL THEN 0 END' : axis.sql('v');
  const values = `(SELECT CASE WHEN gone THEN ${GONE} ELSE ${length} END AS r, CASE WHEN v IS NOT NULL THEN hash(v) END AS h FROM ${valuesOf(column, measure)})`;
  const found = await ask(`WITH g AS MATERIALIZED (SELECT r, b::BIGINT AS b, grouping(r) = 1 AS by_bucket, count(*)::DOUBLE AS n, min(h) AS low
      FROM (SELECT r, h, h & ${BUCKETS - 1} AS b FROM ${values}) GROUP BY GROUPING SETS ((r), (b)))
    SELECT 'length' AS what, r::BIGINT, n, NULL::DOUBLE FROM g WHERE NOT by_bucket
    UNION ALL (SELECT 'bucket', b, n, NULL FROM g WHERE by_bucket AND b IS NOT NULL ORDER BY n DESC, b LIMIT ${FULL_BUCKETS + 1})
    UNION ALL SELECT 'buckets', count(*), median(n), sum((low >> ${BUCKET_BITS})::DOUBLE / ${OTHER_HASHES}) FROM g WHERE by_bucket AND b IS NOT NULL`);
  const rowsOf = (what: string): (readonly [key: bigint | null, count: number])[] => found.flatMap(([of, key = null, count]) => (of === what ? [[key as bigint | null, Number(count)] as const] : []));
  const lengths = rowsOf('length');
  const rows = lengths.reduce((sum, [, count]) => sum + count, 0);
  const counted = (length: bigint | null): number => lengths.find(([key]) => key === length)?.[1] ?? 0;
  const missing = counted(BigInt(GONE));
  const runs = axis === null ? [] : sizeRuns(lengths.filter(([length]) => length !== BigInt(GONE)), axis);
  const [, inUse, usual, smallest] = found.find(([of]) => of === 'buckets') ?? [];
  const held = rows - missing - counted(null);
  return {
    ...NOTHING_TOLD,
    rows,
    nulls: rows - held,
    missing,
    runs,
    mean: meanSize(runs),
    whole: axis !== null,
    distinct: Math.min(held, estimate(Number(inUse), Number(smallest))),
    buckets: { fullest: rowsOf('bucket').map(([bucket, count]) => ({ bucket: Number(bucket), count })), usual: Number(usual) },
  };
}

/**
 * How many different values there are, with an error of about 0.4 %: of few, the buckets that none fell into tell; of
 * many, how near to zero the smallest hash of each bucket is.
 * @param smallest the buckets' smallest hashes as shares of the largest one, together
 */
function estimate(inUse: number, smallest: number): number {
  const few = inUse < MOST_IN_USE * BUCKETS;
  return Math.round(few ? -BUCKETS * Math.log(1 - inUse / BUCKETS) : (BUCKETS * (BUCKETS - 1)) / (smallest + BUCKETS - inUse));
}
