import type { Axis, Point } from './axis.ts';

/**
 * SQL of the bin that `m` falls into, by halving: it compares as the column's type does, so that values on an edge
 * fall where a filter puts them. Null for null.
 */
export function binSql(axis: Axis, edges: readonly Point[], m: string): string {
  const halve = (low: number, high: number): string => {
    if (high - low === 1) return `${low}::UTINYINT`;
    const middle = (low + high) >> 1;
    return `CASE WHEN ${m} < ${axis.literal(edges[middle] ?? 0)} THEN ${halve(low, middle)} ELSE ${halve(middle, high)} END`;
  };
  return `CASE WHEN ${m} IS NOT NULL THEN ${halve(0, edges.length - 1)} END`;
}
