import { DuckDBDecimalValue, DuckDBTypeId, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { decimalEdges, wholeEdges } from './nice-edges.ts';
import { NANOSECONDS, timeEdges } from './time-edges.ts';

/** A place on an axis, exact for every width: floats as numbers, all others as whole multiples of the axis' unit. */
export type Point = number | bigint;

/** SQL made from the SQL of something. */
export type Sql = (value: string) => string;

export const itself: Sql = (value) => value;

/** The ordered values that a distribution is of, in SQL and here. */
export interface Axis {
  /** SQL of what is measured of a value; null where there is none, or an infinite time. */
  readonly sql: Sql;
  /** SQL of that where it is finite. */
  readonly finite: Sql;
  /** Whether NaN and infinities may occur. */
  readonly float: boolean;
  /** Whether every value is a whole number by its type. */
  readonly whole: boolean;
  /** Whether values are moments or times of day. */
  readonly time: boolean;
  point(raw: DuckDBValue): Point;
  /** SQL of a point, of the type that `sql` has. */
  literal(point: Point): string;
  /** SQL: where `m` lies between two points, from 0 to 1. It need not be exact, but nearly ascend with `m`. */
  share(low: Point, high: Point): string;
  /** Edges of bins that hold both ends, ascending. */
  edges(low: Point, high: Point, whole: boolean): Point[];
  /** For drawing; of times in milliseconds. */
  toNumber(point: Point): number;
  /** SQL of the point's text as the grid shows the column's values. */
  text(point: Point): string;
}

/** Largest finite value of a FLOAT. */
const MAX_FLOAT = 3.4028234663852886e38;

/** DOUBLE, or FLOAT where `single`. */
export function floatAxis(single: boolean, sql: Sql = itself): Axis {
  const literal = (point: Point): string => `'${Number(point)}'::${single ? 'FLOAT' : 'DOUBLE'}`;
  const round = (x: number): number => (single ? Math.fround(Math.min(MAX_FLOAT, Math.max(-MAX_FLOAT, x))) : x);
  return {
    sql,
    finite: (value) => `CASE WHEN isfinite(${sql(value)}) THEN ${sql(value)} END`,
    float: true,
    whole: false,
    time: false,
    // Minus zero is zero: which of them DuckDB keeps of a group is left to chance.
    point: (raw) => Number(raw) + 0,
    literal,
    share: (low, high) => {
      // Halves do not overflow where the distance of both ends would.
      const [a, b] = [Number(low) / 2, Number(high) / 2];
      return `((m::DOUBLE / 2 - ${double(a)}) / ${double(b - a)})`;
    },
    edges: (low, high, whole) => twoAtLeast(ascending(decimalEdges(Number(low), Number(high), whole).map(round)), 0),
    toNumber: (point) => (single ? shortestSingle(Number(point)) : Number(point)),
    text: (point) => `${literal(point)}::VARCHAR`,
  };
}

/** Types whose values are whole multiples of a unit, with the ends of what they hold. */
export interface ExactType {
  readonly name: string;
  /** Digits behind the point. */
  readonly scale: number;
  readonly min: bigint;
  readonly max: bigint;
}

/** Integers of every width and decimals. */
export function exactAxis(type: ExactType, sql: Sql = itself): Axis {
  const literal = (point: Point): string => `'${decimalText(BigInt(point), type.scale)}'::${type.name}`;
  const clamp = (point: bigint): bigint => (point < type.min ? type.min : point > type.max ? type.max : point);
  return {
    sql,
    finite: sql,
    float: false,
    whole: type.scale === 0,
    time: false,
    point: (raw) => (raw instanceof DuckDBDecimalValue ? raw.value : BigInt(raw as number | bigint)),
    literal,
    share: (low, high) => {
      const [a, b] = [BigInt(low), BigInt(high)];
      const span = double(Number(decimalText(b - a, type.scale)));
      return `((${difference(type, a, b, literal)}) / ${span})`;
    },
    edges: (low, high) => twoAtLeast(ascending(wholeEdges(BigInt(low), BigInt(high)).map(clamp)), type.max - 1n),
    toNumber: (point) => Number(decimalText(BigInt(point), type.scale)),
    text: (point) => `${literal(point)}::VARCHAR`,
  };
}

/** SQL of `m - low` as a DOUBLE, in a type that holds it where there is one. */
function difference({ name }: ExactType, low: bigint, high: bigint, literal: (point: bigint) => string): string {
  const span = high - low;
  if (/^U?(TINYINT|SMALLINT|INTEGER)$/.test(name)) return `(m::BIGINT - ${low}::BIGINT)::DOUBLE`;
  const holds = name.startsWith('U') || (name === 'BIGINT' && span < 1n << 63n) || (name === 'HUGEINT' && span < 1n << 127n) || (name.startsWith('DECIMAL') && span < 10n ** 37n);
  return holds ? `(m - ${literal(low)})::DOUBLE` : `(m::DOUBLE - ${literal(low)}::DOUBLE)`;
}

/** How times count from 1970 or from midnight. */
interface TimeType {
  readonly unit: bigint;
  readonly sql: Sql;
  readonly text: (units: bigint) => string;
  readonly min: bigint;
  readonly max: bigint;
}

const LAST = 9_223_372_036_854_775_806n;
const DAY = 86_400_000_000n;
const microseconds: Sql = (v) => `epoch_us(${v})`;

/** Moments in whole parts of a second, `factor` microseconds each. */
function moment(name: string, factor: bigint, sql: Sql): TimeType {
  const text = (units: bigint): string => `make_timestamp(${units * factor}::BIGINT)::${name}::VARCHAR`;
  return { unit: 1_000n * factor, sql, text, min: -9_223_372_022_400_000_000n / factor, max: LAST / factor };
}

const TIMES: ReadonlyMap<DuckDBTypeId, TimeType> = new Map([
  [DuckDBTypeId.TIMESTAMP, moment('TIMESTAMP', 1n, microseconds)],
  [DuckDBTypeId.TIMESTAMP_S, moment('TIMESTAMP_S', 1_000_000n, (v) => `epoch_us(${v}) // 1000000`)],
  [DuckDBTypeId.TIMESTAMP_MS, moment('TIMESTAMP_MS', 1_000n, (v) => `epoch_ms(${v})`)],
  [DuckDBTypeId.TIMESTAMP_TZ, moment('TIMESTAMPTZ', 1n, microseconds)],
  [DuckDBTypeId.TIMESTAMP_NS, { unit: 1n, sql: (v) => `epoch_ns(${v})`, text: (units) => `make_timestamp_ns(${units}::BIGINT)::VARCHAR`, min: -9_223_286_400_000_000_000n, max: LAST }],
  [DuckDBTypeId.DATE, { unit: NANOSECONDS.day, sql: (v) => `CASE WHEN isfinite(${v}) THEN ${v} - DATE '1970-01-01' END`, text: (units) => `(DATE '1970-01-01' + ${units}::INTEGER)::VARCHAR`, min: -2_147_483_646n, max: 2_147_483_646n }],
  [DuckDBTypeId.TIME, { unit: 1_000n, sql: microseconds, text: timeOfDay, min: 0n, max: DAY }],
]);

function timeOfDay(units: bigint): string {
  return units === DAY ? "'24:00:00'" : `(TIME '00:00:00' + to_microseconds(${units}::BIGINT))::VARCHAR`;
}

/** Moments, dates and times of day; null for types without an order of their own. */
export function timeAxis(type: DuckDBType): Axis | null {
  const time = TIMES.get(type.typeId);
  if (time === undefined) return null;
  const counted = exactAxis({ name: 'BIGINT', scale: 0, min: time.min, max: time.max }, time.sql);
  const clamp = (point: bigint): bigint => (point < time.min ? time.min : point > time.max ? time.max : point);
  return {
    ...counted,
    whole: false,
    time: true,
    edges: (low, high) => twoAtLeast(ascending(timeEdges(BigInt(low), BigInt(high), time.unit).map(clamp)), time.max - 1n),
    toNumber: (point) => (Number(point) * Number(time.unit)) / 1_000_000,
    text: (point) => time.text(BigInt(point)),
  };
}

/** Counts of something: code points, bytes, items. */
export function lengthAxis(sql: Sql): Axis {
  return exactAxis({ name: 'BIGINT', scale: 0, min: 0n, max: LAST }, sql);
}

function double(value: number): string {
  return `'${value}'::DOUBLE`;
}

function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The double with the fewest digits that is this FLOAT. */
function shortestSingle(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Without repetitions, of which rounding and the ends of a type make some. */
function ascending<T extends Point>(points: readonly T[]): T[] {
  return points.filter((point, index) => index === 0 || point > (points[index - 1] ?? point));
}

/** Where every value is the largest that the type holds, its bin has no edge above: `below` is the one beneath it. */
function twoAtLeast<T extends Point>(edges: T[], below: T): T[] {
  return edges.length === 1 ? [below, ...edges] : edges;
}
