import type { ColumnPath } from '../../protocol/queries.ts';
import type { ColumnSummary } from '../../protocol/statistics.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import { countColumn } from './statistics.ts';

/** A column's distribution, or why there is none. */
export interface ColumnStatistics {
  readonly column: ColumnPath;
  readonly type?: string;
  readonly summary?: ColumnSummary;
  readonly error?: LoupeError;
}

/**
 * Distributions of all columns, or of those that are named with what is inside them; one after the other.
 * @throws LoupeError for a column that the file does not have, and when the whole file cannot be read
 */
export async function columnStatistics(shard: Shard, names: readonly string[] | null, signal: AbortSignal): Promise<ColumnStatistics[]> {
  await shard.settled();
  const all = (await readShape(shard, signal)).map(({ path }) => path);
  const chosen = names === null ? all : names.flatMap((name) => named(all, name));
  const types = new Map(shard.state().columns.map(({ name, type }) => [name, type]));
  const found: ColumnStatistics[] = [];
  for (const column of chosen) {
    const type = column.length === 1 ? types.get(column[0]) : undefined;
    found.push({ column, ...(type === undefined ? {} : { type }), ...(await statisticsOf(shard, column, signal)) });
  }
  return found;
}

function named(all: readonly ColumnPath[], name: string): ColumnPath[] {
  const found = all.filter((path) => path.join('.') === name || path.join('.').startsWith(`${name}.`));
  if (found.length > 0) return found;
  throw new LoupeError('invalid-request', `There is no column ${name}; there are ${all.map((path) => path.join('.')).join(', ')}.`);
}

async function statisticsOf(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<Pick<ColumnStatistics, 'summary' | 'error'>> {
  try {
    return { summary: (await countColumn(shard, column, signal)).summary.summary };
  } catch (error) {
    const failure = toLoupeError(error);
    if (failure.code === 'cancelled' || failure.code === 'changed' || failure.code === 'not-found') throw failure;
    return { error: failure };
  }
}
