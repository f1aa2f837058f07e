import { TABLE_LIMITS } from '../../extension/engine/query-tables/patch.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';

const { signal } = new AbortController();

/** The open shard; null where the file does not open, or where Parquet is damaged: DuckDB does not read the same twice then. */
export async function openUndamaged(path: string, cacheFolder: string): Promise<Shard | null> {
  try {
    const shard = await openShard(path, { cacheFolder, cacheBytes: 2 * 1024 ** 3, changed: () => undefined, signal });
    const { rows, columns, format } = shard.state();
    if (format !== 'parquet') return shard;
    const values = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: { ...TABLE_LIMITS, text: 16 } }, signal);
    if (!values.flat().some((value) => typeof value === 'object' && value?.type === 'invalid')) return shard;
    await shard.close();
    return null;
  } catch (error) {
    if (error instanceof LoupeError) return null;
    throw error;
  }
}
