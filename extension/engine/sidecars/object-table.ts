import { basename } from 'node:path';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { createPart, DiskCache, type HeldFile } from '../cache/disk-cache.ts';
import { openJsonLines } from '../shards/jsonl/open.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { FileSource } from '../shards/source.ts';
import { ObjectLines } from './object-lines.ts';
import type { SideTable } from './side-table.ts';

/** Bytes of the object that are read at a time. */
const PIECE = 256 * 1024;
/** Part of a copy's key in the cache. */
const CONTENT = 'object lines 1';

/**
 * A JSON object as a table of `key` and `value`. It is written into the capped cache as JSON Lines once, so that every
 * entry is at hand and DuckDB can query it.
 * @throws LoupeError `malformed`, `too-large`, `not-found`, `no-permission`
 */
export async function openObjectTable(path: string, context: ShardContext): Promise<SideTable> {
  const source = await FileSource.open(path);
  try {
    const cache = await DiskCache.open(context.cacheFolder, context.cacheBytes);
    const key = await DiskCache.keyOf(source, CONTENT);
    const held = (await cache.hold(key, 'copy')) ?? (await write(source, cache, key, context.signal));
    return await openLines(held, context);
  } finally {
    await source.close();
  }
}

async function openLines(held: HeldFile, context: ShardContext): Promise<SideTable> {
  let shard: Shard;
  try {
    shard = await openJsonLines(held.path, { layout: 'lines', compression: 'none' }, context);
  } catch (error) {
    await held.release();
    throw error;
  }
  const close = async (): Promise<void> => {
    await shard.close();
    await held.release();
  };
  return {
    state: () => shard.state(),
    read: (request, signal) => shard.read(request, signal),
    readRows: (request, signal) => shard.readRows(request, signal),
    relation: (columns, report, signal) => shard.relation(columns, report, signal),
    settled: () => shard.settled(),
    close,
  };
}

async function write(source: FileSource, cache: DiskCache, key: string, signal: AbortSignal): Promise<HeldFile> {
  const { path, byteLength } = source;
  if ((await cache.makeRoom(2 * byteLength)) < 2 * byteLength) throw new LoupeError('too-large', `${basename(path)} does not fit the cache (setting loupe.cache.maximumSize).`, { path });
  const part = cache.partPath(key);
  const handle = await createPart(part);
  try {
    const lines = new ObjectLines();
    for (let position = 0; position < byteLength; position += PIECE) {
      signal.throwIfAborted();
      await handle.writeFile(lines.push(await source.slice(position, position + PIECE)));
    }
    if (!lines.complete) throw new SyntaxError('it ends before its object does');
  } catch (error) {
    await cache.discard({ path: part, tag: '', release: () => Promise.resolve() });
    if (error instanceof SyntaxError) throw new LoupeError('malformed', `${basename(path)} cannot be joined: ${error.message}.`, { path });
    throw toLoupeError(error);
  } finally {
    await handle.close();
  }
  const held = (await cache.complete(part, key, 'object', 'copy')) ?? (await cache.hold(key, 'copy'));
  if (held === null) throw new LoupeError('internal', `${basename(path)} cannot be kept in the cache.`, { path });
  return held;
}
