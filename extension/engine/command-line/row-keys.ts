import { WHOLE_LIMITS } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Shard } from '../shards/shard.ts';
import { keyText } from './edit-lines.ts';

/** Rows whose keys are read at a time. */
const BATCH = 1_000;

/** The column whose values name rows: the one asked for, else the key of samples. @throws LoupeError where there is none */
export function keyColumn(shard: Shard, name: string | null): number {
  const { columns, format } = shard.state();
  const wanted = name ?? (format === 'webdataset' ? '__key__' : null);
  if (wanted === null) throw new LoupeError('invalid-request', 'Which column is the key? Say so with --key COLUMN.');
  const found = columns.find((column) => column.name === wanted);
  if (found === undefined) throw new LoupeError('invalid-request', `There is no column ${wanted}; there are ${columns.map((column) => column.name).join(', ')}.`);
  return found.index;
}

/** The row of each key; of a key that several rows have none is given. */
export async function rowsByKey(shard: Shard, column: number, signal: AbortSignal): Promise<Map<string, number | null>> {
  const rows = new Map<string, number | null>();
  const count = shard.state().rows;
  for (let start = 0; start < count; start += BATCH) {
    const [keys = []] = await shard.read({ start, end: Math.min(count, start + BATCH), columns: [column], limits: WHOLE_LIMITS }, signal);
    for (const [at, key] of keys.entries()) {
      const text = keyText(key);
      rows.set(text, rows.has(text) ? null : start + at);
    }
  }
  return rows;
}
