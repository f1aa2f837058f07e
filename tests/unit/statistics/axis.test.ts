import { FLOAT, TIMESTAMP, type DuckDBType } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { exactAxis, floatAxis, timeAxis, type Axis } from '../../../extension/engine/statistics/axis.ts';

const MAX_FLOAT = 3.4028234663852886e38;
const time = (type: DuckDBType): Axis => timeAxis(type) as Axis;

it.each([
  ['UTINYINT', exactAxis({ name: 'UTINYINT', scale: 0, min: 0n, max: 255n }), 255n],
  ['TINYINT', exactAxis({ name: 'TINYINT', scale: 0, min: -128n, max: 127n }), -128n],
  [FLOAT.toString(), floatAxis(true), MAX_FLOAT],
  [FLOAT.toString(), floatAxis(true), -MAX_FLOAT],
  ['DOUBLE', floatAxis(false), Number.MAX_VALUE],
  ['TIMESTAMP', time(TIMESTAMP), 9_223_372_036_854_775_806n],
])('has a bin for a column of %s that holds an end of its type alone', (_, axis, end) => {
  const edges = axis.edges(end, end, true);
  expect(edges.length).toBeGreaterThan(1);
  expect(edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? edge))).toBe(true);
  expect(edges[0]! <= end && edges.at(-1)! >= end).toBe(true);
});
