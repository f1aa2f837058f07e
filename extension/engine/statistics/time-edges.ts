import { floorTo, wholeEdges } from './nice-edges.ts';

const SECOND = 1_000_000_000n;
export const NANOSECONDS = { second: SECOND, day: 86_400n * SECOND } as const;

const MAX_BINS = 50n;

/** Steps of a clock, from a second to two days; shorter ones are decimal. */
const CLOCK = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800].map((seconds) => BigInt(seconds) * SECOND);
const WEEK = 7n * NANOSECONDS.day;
/** 1970 began on a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY = 4n * NANOSECONDS.day;
/** Steps of a calendar, in months. */
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000];
const SHORTEST_MONTH = 28n * NANOSECONDS.day;

/** Edges where a clock or a calendar has them. `low`, `high` and the answer in units of `unit` nanoseconds. */
export function timeEdges(low: bigint, high: bigint, unit: bigint): bigint[] {
  const span = (high - low) * unit;
  if (span < SECOND * MAX_BINS && unit < SECOND) return wholeEdges(low, high);
  const clock = CLOCK.find((candidate) => candidate >= unit && span / candidate < MAX_BINS);
  const step = clock ?? (span / WEEK < MAX_BINS ? WEEK : null);
  if (step !== null) return stepped(low * unit, high * unit, step, step === WEEK ? FIRST_MONDAY : 0n).map((edge) => edge / unit);
  const months = MONTHS.find((candidate) => span / (SHORTEST_MONTH * BigInt(candidate)) < MAX_BINS);
  return (months === undefined ? null : calendarEdges(low, high, unit, months)) ?? wholeEdges(low, high);
}

function stepped(low: bigint, high: bigint, step: bigint, origin: bigint): bigint[] {
  const edges: bigint[] = [];
  for (let edge = floorTo(low - origin, step) + origin; ; edge += step) {
    edges.push(edge);
    if (edge > high) return edges;
  }
}

/** First days of months; null where a Date does not reach. */
function calendarEdges(low: bigint, high: bigint, unit: bigint, months: number): bigint[] | null {
  const first = new Date(Number((low * unit) / 1_000_000n));
  if (Number.isNaN(first.getTime())) return null;
  const start = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  const edges: bigint[] = [];
  for (let month = start; ; month += months) {
    const moment = monthStart(month);
    if (moment === null) return null;
    const edge = (BigInt(moment) * 1_000_000n) / unit;
    edges.push(edge);
    if (edge > high) return edges;
  }
}

/** Milliseconds of the beginning of a month that is counted from the year 0. */
function monthStart(month: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(month / 12), month - 12 * Math.floor(month / 12), 1);
  const moment = date.getTime();
  return Number.isNaN(moment) ? null : moment;
}
