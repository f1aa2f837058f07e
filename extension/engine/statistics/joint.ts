import type { Histogram, JointHistogram } from '../../protocol/statistics.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Axis, Point } from './axis.ts';
import { binSql } from './bin-sql.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { measureColumn } from './measure.ts';
import { textsOf } from './summary.ts';

/** Two columns of one table. */
export interface CountedPair {
  readonly x: CountedColumn;
  readonly y: Omit<CountedColumn, 'from'>;
}

interface Side {
  readonly axis: Axis;
  /** SQL of what is drawn: finite, else null. */
  readonly sql: string;
}

interface Scale {
  readonly edges: readonly Point[];
  readonly whole: boolean;
}

/** Values of two columns against each other: rows in which both have a finite one. @throws LoupeError */
export async function countJoint(ask: Ask, { x, y }: CountedPair): Promise<JointHistogram> {
  const sides = [await sideOf(ask, x), await sideOf(ask, { ...y, from: x.from })] as const;
  const pairs = `(SELECT * FROM (SELECT ${sides[0].sql} AS x, ${sides[1].sql} AS y FROM ${x.from}) WHERE x IS NOT NULL AND y IS NOT NULL)`;
  const whole = (side: Side, name: string): string => (side.axis.float ? `bool_and(${name} = trunc(${name}))` : String(side.axis.whole));
  const [ends] = await ask(`SELECT min(x), max(x), ${whole(sides[0], 'x')}, min(y), max(y), ${whole(sides[1], 'y')} FROM ${pairs}`);
  const [minX = null, maxX = null, wholeX, minY = null, maxY = null, wholeY] = ends ?? [];
  const scale = ({ axis }: Side, min: NonNullable<typeof minX>, max: NonNullable<typeof minX>, isWhole: boolean): Scale => ({
    edges: axis.edges(axis.point(min), axis.point(max), isWhole),
    whole: isWhole,
  });
  if (minX === null || maxX === null || minY === null || maxY === null) return { x: EMPTY, y: EMPTY, counts: [] };
  const scales = [scale(sides[0], minX, maxX, wholeX === true), scale(sides[1], minY, maxY, wholeY === true)] as const;
  const counts = await countCells(ask, pairs, sides, scales);
  const across = counts.reduce((sums, row) => sums.map((sum, i) => sum + (row[i] ?? 0)), counts[0]?.map(() => 0) ?? []);
  const down = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  return { x: await histogramOf(ask, sides[0].axis, scales[0], across), y: await histogramOf(ask, sides[1].axis, scales[1], down), counts };
}

const EMPTY: Histogram = { edges: [], edgeTexts: [], counts: [], whole: false };

async function sideOf(ask: Ask, column: CountedColumn): Promise<Side> {
  const { axis, value } = await measureColumn(ask, column);
  if (axis === null) throw new LoupeError('unsupported', `Values of the type ${column.type.toString()} cannot be drawn on an axis.`);
  return { axis, sql: axis.finite(value(column.value)) };
}

async function countCells(ask: Ask, pairs: string, [x, y]: readonly [Side, Side], [scaleX, scaleY]: readonly [Scale, Scale]): Promise<number[][]> {
  const rows = await ask(`SELECT ${binSql(x.axis, scaleX.edges, 'x')} AS i, ${binSql(y.axis, scaleY.edges, 'y')} AS j, count(*)::DOUBLE FROM ${pairs} GROUP BY i, j`);
  const counts = Array.from({ length: scaleY.edges.length - 1 }, () => Array.from({ length: scaleX.edges.length - 1 }, () => 0));
  for (const [i, j, count] of rows) {
    const row = counts[Number(j)];
    if (row !== undefined) row[Number(i)] = Number(count);
  }
  return counts;
}

async function histogramOf(ask: Ask, axis: Axis, { edges, whole }: Scale, counts: readonly number[]): Promise<Histogram> {
  return { edges: edges.map((edge) => axis.toNumber(edge)), edgeTexts: await textsOf(ask, axis, edges), counts, whole };
}
