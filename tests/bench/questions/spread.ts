import { QUANTILES } from '../../../extension/protocol/statistics.ts';
import type { DirectRows } from '../peers/duckdb.ts';
import type { Bins, Facts } from './question.ts';

/** What a count of every number tells of their distribution. */
export function spreadOf(counted: DirectRows, bins: Bins): Facts & { readonly rows: number } {
  const rows = sum(counted.map(([, count]) => Number(count)));
  const held = counted.filter(([value]) => value !== null).map(([value, count]) => [Number(value), Number(count)] as const);
  held.sort(([a], [b]) => a - b);
  const total = sum(held.map(([, count]) => count));
  const below = (edge: number): number => sum(held.map(([value, count]) => (value < edge ? count : 0)));
  const quantiles = QUANTILES.map((share) => valueAt(held, Math.max(1, Math.ceil((total * Math.round(share * 100)) / 100))));
  return {
    rows,
    nulls: rows - total,
    min: String(held[0]?.[0]),
    max: String(held.at(-1)?.[0]),
    quantiles: quantiles.join(' '),
    bins: countsOf([...bins.slice(1, -1).map((edge) => below(Number(edge))), total]).join(' '),
  };
}

/** Counts between edges, of the counts below each. */
function countsOf(below: readonly number[]): number[] {
  return below.map((count, i) => count - (below[i - 1] ?? 0));
}

/** The value with a rank from 1. */
function valueAt(ascending: readonly (readonly [value: number, count: number])[], rank: number): number | undefined {
  let seen = 0;
  return ascending.find(([, count]) => (seen += count) >= rank)?.[0];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
