import { LoupeError } from '../../rpc/failure.ts';
import type { Ask, CountedColumn } from './counted-table.ts';
import { findRuns } from './distribution.ts';
import { measureColumn } from './measure.ts';
import { pointsAt } from './runs.ts';
import { textsOf } from './summary.ts';
import { measuredOf } from './tally.ts';

/**
 * The value that the highest or lowest share of a column's finite values ends with, as its text: at least that share
 * is on its side, it included. Null where there is no value.
 * @throws LoupeError
 */
export async function shareEnd(ask: Ask, column: CountedColumn, share: number, lowest: boolean): Promise<string | null> {
  const measure = await measureColumn(ask, column);
  const { axis } = measure;
  if (axis === null || measure.of !== 'value') throw new LoupeError('unsupported', `Values of the type ${column.type.toString()} have no order to take a share by.`);
  const source = measuredOf(column, measure, axis);
  const [row] = await ask(`SELECT min(m), max(m), count(m)::DOUBLE FROM ${source}`);
  const [min = null, max = null, n] = row ?? [];
  if (min === null || max === null) return null;
  const total = Number(n);
  // In millionths, because 0.3 of ten is more than three for a computer.
  const size = Math.min(total, Math.max(1, Math.ceil((total * Math.round(share * 1e6)) / 1e6)));
  const ranks = [lowest ? size : total - size + 1];
  const whole = { min: axis.point(min), max: axis.point(max), count: total };
  const points = pointsAt(await findRuns(ask, source, axis, [whole], { edges: [], ranks }), ranks);
  return (await textsOf(ask, axis, points))[0] ?? null;
}
