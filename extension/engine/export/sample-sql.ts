import type { ExportSample } from '../../protocol/export.ts';

/** The rows that a sample is taken of. */
export interface Sampled {
  /** `SELECT what FROM the rows`. */
  readonly select: (what: string) => string;
  /** The row's number. */
  readonly row: string;
  /** What strata are told by. */
  readonly by?: string;
}

/**
 * SQL that gives the numbers of the rows of a sample, which depends on nothing but the seed and the rows: those come first
 * whose MD5 of `seed:row` is smallest, as hexadecimal text. Of strata each has as many rows as its share of all rows
 * says; what is left over by rounding down goes to those that lost most, of equal ones to that whose first row comes first.
 */
export function sampleSql({ select, row, by }: Sampled, { rows, seed }: ExportSample): string {
  const kept = select(`${row} AS r, md5(concat(${seed}, ':', ${row})) AS lot${by === undefined ? '' : `, ${by}::VARCHAR AS stratum`}`);
  if (by === undefined) return `SELECT r AS "row" FROM (${kept}) ORDER BY lot, r LIMIT ${rows}`;
  return `WITH kept AS (${kept}),
    strata AS (SELECT stratum, count(*)::HUGEINT AS size, min(r) AS first FROM kept GROUP BY stratum),
    shares AS (SELECT stratum, first, size * ${rows} // sum(size) OVER () AS whole, size * ${rows} % sum(size) OVER () AS rest FROM strata),
    quotas AS (SELECT stratum, whole + (row_number() OVER (ORDER BY rest DESC, first) <= ${rows} - sum(whole) OVER ())::INTEGER AS quota FROM shares),
    ranked AS (SELECT r, stratum, row_number() OVER (PARTITION BY stratum ORDER BY lot, r) AS place FROM kept)
    SELECT r AS "row" FROM ranked JOIN quotas ON ranked.stratum IS NOT DISTINCT FROM quotas.stratum WHERE place <= quota`;
}
