import type { DecompressedCopy } from '../../decompression/decompressed-copy.ts';
import type { FileSource } from '../source.ts';

/** The text of a shard: the file itself, or the decompressed copy that may still grow. */
export type TextSource = FileSource | DecompressedCopy;

/** The growing copy behind a source; null for a plain file. */
export function copyOf(source: TextSource): DecompressedCopy | null {
  return 'grown' in source ? source : null;
}

/** How many of the first `length` bytes can be decoded without cutting a UTF-8 sequence in two. */
export function wholeSequences(bytes: Buffer, length: number): number {
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? length - back : length;
    }
  }
  return length;
}
