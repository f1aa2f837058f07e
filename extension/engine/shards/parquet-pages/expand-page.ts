import { promisify } from 'node:util';
import { brotliDecompress, unzip, zstdDecompress } from 'node:zlib';
import { expandLz4, expandSnappy } from './block-codecs.ts';
import { PageFault } from './page-fault.ts';

const unzipped = promisify(unzip);
const unbrotlied = promisify(brotliDecompress);
const unzstded = promisify(zstdDecompress);

/** Memory that the libraries fill at a time, in bytes: a page in one go where it is no larger. */
const MAX_CHUNK = 4 * 1024 * 1024;
const MIN_CHUNK = 64;

/** Before each block of Hadoop's LZ4 stand its expanded and its compressed size. */
const HADOOP_HEAD = 8;

/** The bytes of a page, of which the caller has checked that `size` is a size to allocate. @throws PageFault */
export async function expandPage(codec: string, input: Uint8Array, size: number): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array(0);
  const expanded = await expand(codec, input, size).catch((error: unknown) => {
    throw error instanceof PageFault ? error : new PageFault(`its ${codec} data cannot be expanded`, 'malformed', error);
  });
  if (expanded.length !== size) throw new PageFault(`it expands to ${expanded.length} bytes, not to ${size} as it says`);
  return expanded;
}

async function expand(codec: string, input: Uint8Array, size: number): Promise<Uint8Array> {
  const limits = { maxOutputLength: size, chunkSize: Math.max(MIN_CHUNK, Math.min(size, MAX_CHUNK)) };
  switch (codec) {
    case 'UNCOMPRESSED':
      return input;
    case 'SNAPPY':
      return expandSnappy(input, size);
    case 'GZIP':
      return unzipped(input, limits);
    case 'BROTLI':
      return unbrotlied(input, limits);
    case 'ZSTD':
      return unzstded(input, limits);
    case 'LZ4_RAW':
      return expandLz4(input, size);
    case 'LZ4':
      return expandHadoopLz4(input, size) ?? expandLz4(input, size);
    default:
      throw new PageFault(`it is compressed as ${codec}`, 'unsupported');
  }
}

/** What the old name LZ4 stands for with most writers: blocks with their sizes before them. Null where there are none. */
function expandHadoopLz4(input: Uint8Array, size: number): Uint8Array | null {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const output = new Uint8Array(size);
  let [at, filled] = [0, 0];
  while (at + HADOOP_HEAD <= input.length && filled < size) {
    const [expanded, compressed] = [view.getUint32(at), view.getUint32(at + 4)];
    const end = at + HADOOP_HEAD + compressed;
    if (end > input.length || filled + expanded > size) return null;
    const block = expandLz4(input.subarray(at + HADOOP_HEAD, end), expanded);
    if (block.length !== expanded) return null;
    output.set(block, filled);
    [at, filled] = [end, filled + expanded];
  }
  return filled === size && at === input.length ? output : null;
}
