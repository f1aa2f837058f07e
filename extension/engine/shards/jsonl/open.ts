import type { Compression } from '../../../protocol/shards.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import { openDecompressed } from '../../decompression/open.ts';
import type { Shard, ShardContext } from '../shard.ts';
import { FileSource } from '../source.ts';
import { FileGuard } from '../file-guard.ts';
import { JsonShard } from './json-shard.ts';
import { copyOf, type TextSource } from './text-source.ts';

/** Whether rows are lines, or elements of one document. */
export interface JsonShape {
  readonly layout: 'lines' | 'array';
  readonly compression: Compression;
}

/**
 * Opens JSON Lines, or a JSON document whose rows are the elements of its top-level array, of the array in
 * `{"data": [...]}`, or its top-level values. Returns when the first rows are known; the index goes on behind.
 * @throws LoupeError `not-found`, `no-permission`, `unsupported` (UTF-16)
 */
export async function openJsonLines(path: string, shape: JsonShape, context: ShardContext): Promise<Shard> {
  const file = await FileSource.open(path);
  const fileSize = file.byteLength;
  const source: TextSource = shape.compression === 'none' ? file : await openDecompressed(file, shape.compression, context);
  try {
    const guard = await FileGuard.of(path, shape.layout === 'lines' && shape.compression === 'none');
    const start = await textStart(source, context.signal);
    const shard = new JsonShard({ source, shape, context, guard, start, fileSize });
    await shard.firstRows();
    return shard;
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Where the text begins: behind a UTF-8 byte-order mark, if there is one. */
async function textStart(source: TextSource, signal: AbortSignal): Promise<number> {
  await copyOf(source)?.grown(2, signal);
  const head = await source.slice(0, 3);
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 3;
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (wide) throw new LoupeError('unsupported', `${source.path} is UTF-16 text; Loupe reads JSON in UTF-8 only.`, { path: source.path, place: 'byte 0' });
  return 0;
}
