import { brotliDecompressSync, constants, unzipSync, zstdDecompressSync } from 'node:zlib';
import { expandLz4, expandSnappy } from '../parquet-pages/block-codecs.ts';

/**
 * The first bytes of a compressed page, from the first bytes of what it was compressed to: what a page begins with, its
 * repetition levels, is a small part of it. At most `length` bytes, fewer where `input` does not hold as many; null for a
 * codec that is not known here.
 */
export function firstBytes(codec: string, input: Uint8Array, length: number): Uint8Array | null {
  switch (codec) {
    case 'UNCOMPRESSED':
      return input.subarray(0, length);
    case 'SNAPPY':
      return expandSnappy(input, length);
    case 'LZ4_RAW':
      return expandLz4(input, length);
    // What was given of the input may end anywhere, so it is flushed rather than finished.
    case 'GZIP':
      return unzipSync(input, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, length);
    case 'ZSTD':
      return zstdDecompressSync(input, { finishFlush: constants.ZSTD_e_continue }).subarray(0, length);
    case 'BROTLI':
      return brotliDecompressSync(input, { finishFlush: constants.BROTLI_OPERATION_FLUSH }).subarray(0, length);
    default:
      return null;
  }
}
