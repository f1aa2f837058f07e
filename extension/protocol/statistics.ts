import type { ColumnPath } from './queries.ts';

/** A value's share of a column: its text as the grid shows it, null for null. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Counts between edges: bin `i` holds `edges[i] <= x < edges[i + 1]`, the last one its upper edge too. */
export interface Histogram {
  /** `counts.length + 1` finite numbers, ascending; for times, milliseconds since 1970. */
  readonly edges: readonly number[];
  /** The edges as texts of the column's type, for filters that cut exactly there. */
  readonly edgeTexts: readonly string[];
  readonly counts: readonly number[];
  /** Whether the values between the edges are whole numbers. */
  readonly whole: boolean;
}

/** Quantiles that a header shows. */
export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** Distribution of one column over the rows that were looked at. */
export interface ColumnSummary {
  readonly column: ColumnPath;
  /** Rows looked at; all of the table's when `exact`. */
  readonly rows: number;
  readonly tableRows: number;
  readonly exact: boolean;
  readonly nulls: number;
  /** Rows without the field at all (JSON); counted in `nulls` too. */
  readonly missing: number;
  readonly nans: number;
  /** Positive and negative infinities together. */
  readonly infinities: number;
  /**
   * Of the finite values, as texts in the column's own form; absent where there is none. Of text columns: of the length
   * in code points; of bytes, lists and maps: of their size.
   */
  readonly min?: string;
  readonly max?: string;
  /** Absent for times. */
  readonly mean?: number;
  /** One text for each of `QUANTILES`: the smallest value that at least this share of the values does not exceed. */
  readonly quantiles?: readonly string[];
  readonly histogram?: Histogram;
  /** Whether `min` to `histogram` are of the values' length or size. */
  readonly ofLength: boolean;
  /** Of embeddings: the smallest and the largest dimension; `min` to `histogram` are of their Euclidean norm. */
  readonly dimensions?: readonly [min: number, max: number];
  /** Different values that are not null; absent where they were not counted. */
  readonly distinct?: { readonly count: number; readonly exact: boolean };
  /**
   * The most frequent values, most frequent first; ties by value. Texts of more than 1,000 code points are left out;
   * where `distinct` is not exact, so is what may not be among the most frequent.
   */
  readonly top?: readonly ValueCount[];
  /** Under the present filter: counts a bin, counts a top value, nulls; absent without a filter. */
  readonly kept?: { readonly rows: number; readonly bins: readonly number[]; readonly top: readonly number[]; readonly nulls: number };
}

/** Values of two columns against each other. */
export interface JointHistogram {
  readonly x: Histogram;
  readonly y: Histogram;
  /** `counts[j][i]`: bin `i` of x, `j` of y. */
  readonly counts: readonly (readonly number[])[];
}
