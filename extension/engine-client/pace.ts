/** Times of the supervision in milliseconds. */
export interface Pace {
  /** Between two looks of the watchdog. */
  readonly look: number;
  /** Wait after which the user is told what is waited for: silence of the engine, or a slow opening. */
  readonly patience: number;
  /** Silence after which a busy engine is ended. */
  readonly silence: number;
  /** Grace of an orderly stop. */
  readonly grace: number;
  /** Wait before the second start; doubles with every start that fails. */
  readonly backOff: number;
  /** Time that a start may take. */
  readonly start: number;
}

/**
 * A sound engine was seen silent for 3 s, on two cores that six processes wanted, while it parsed a line of 30 million
 * numbers; what ends it must have room above that.
 */
export const PACE: Pace = { look: 500, patience: 2_000, silence: 8_000, grace: 2_000, backOff: 500, start: 30_000 };
