import { brotliDecompressSync, constants, unzipSync, zstdDecompressSync } from 'node:zlib';
import { expandLz4, expandSnappy } from '../parquet-pages/block-codecs.ts';

/** More than this no page may become here: a few megabytes of a bomb would be gigabytes. */
const maxOutputLength = 64 * 1024 * 1024;

/**
 * The first bytes of a compressed page, from the first bytes of what it was compressed to: what a page begins with, its
 * repetition levels, is a small part of it. At most `length` bytes, fewer where `input` does not hold as many; null for a
 * codec that is not known here.
 * @throws where the input is damaged, or becomes too much
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
      return unzipSync(input, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }).subarray(0, length);
    case 'ZSTD':
      return zstdDecompressSync(input, { finishFlush: constants.ZSTD_e_continue, maxOutputLength }).subarray(0, length);
    case 'BROTLI':
      return brotliDecompressSync(input, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength }).subarray(0, length);
    default:
      return null;
  }
}
