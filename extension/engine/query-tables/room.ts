import { setTimeout } from 'node:timers/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import type { DiskCache } from '../cache/disk-cache.ts';

/** Milliseconds between two looks at what a table that is being filled takes. */
const LOOK_EVERY = 250;
/** Bytes that must be free when the cache is looked at. */
const STEP = 16 * 1024 * 1024;

/** What a table that passes the cache's cap ends with. */
export function cacheFull(path: string, cacheBytes: number): LoupeError {
  const limit = `${Math.round(cacheBytes / 1024 ** 2)} MiB`;
  return new LoupeError(
    'too-large',
    `${basename(path)} cannot be queried: the table for it passes the ${limit} that the setting loupe.cache.maximumSize allows. Raise it and try again.`,
    { path },
  );
}

/**
 * Keeps the cache within its cap while DuckDB writes into it: other files make room, and when there are none left
 * `full` is called. Ends with the signal.
 */
export async function watchRoom(cache: DiskCache, full: () => void, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await setTimeout(LOOK_EVERY, undefined, { signal });
      if ((await cache.makeRoom(STEP)) > 0) continue;
      full();
      return;
    }
  } catch {
    // The signal ends the wait; a cache folder that is gone shows when the table is written.
  }
}
