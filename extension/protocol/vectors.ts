/** A vector at a glance. Values that are not finite count in `dimension` alone. */
export interface VectorSummary {
  readonly dimension: number;
  readonly finite: number;
  /** Euclidean, of the finite values. */
  readonly norm: number;
  /** These three are null where no value is finite. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** The least and the greatest value of each of at most `MAX_POINTS` stretches, in order; null where none is finite. */
  readonly points: readonly (readonly [min: number, max: number] | null)[];
}

/** Stretches in which a vector is told: what a side view can draw. */
export const MAX_POINTS = 512;
