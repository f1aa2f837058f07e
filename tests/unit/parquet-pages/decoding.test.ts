import { brotliCompressSync, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeValues, type ByteValues } from '../../../extension/engine/shards/parquet-pages/byte-values.ts';
import { decodeDeltas } from '../../../extension/engine/shards/parquet-pages/delta-integers.ts';
import { expandPage } from '../../../extension/engine/shards/parquet-pages/expand-page.ts';
import { MAX_PAGE_BYTES } from '../../../extension/engine/shards/parquet-pages/layout.ts';
import { bitWidth, decodeRuns } from '../../../extension/engine/shards/parquet-pages/level-runs.ts';
import { varint } from '../../support/thrift-writer.ts';

const BYTES = { physical: 'BYTE_ARRAY', typeLength: 0 };
const FIXED = { physical: 'FIXED_LEN_BYTE_ARRAY', typeLength: 2 };

const text = (values: ByteValues): string[] => Array.from({ length: values.count }, (_, i) => Buffer.from(values.at(i)).toString('latin1'));
const plain = (...values: string[]): Buffer => Buffer.concat(values.flatMap((value) => [Buffer.from([value.length, 0, 0, 0]), Buffer.from(value)]));

/** One block of DELTA_BINARY_PACKED with four parts of 32; `widths` and bodies by part. */
const deltas = (total: number, first: number, least: number, ...parts: { width: number; body: number[] }[]): Buffer =>
  Buffer.from([0x80, 0x01, 4, total, first * 2, ...(total > 1 ? [least * 2, ...[0, 1, 2, 3].map((i) => parts[i]?.width ?? 0)] : []), ...parts.flatMap(({ body }) => body)]);

describe('decodeRuns', () => {
  it('reads runs and packs of every width', () => {
    for (const width of [1, 2, 3, 5, 7, 8, 9, 12, 17, 23, 24, 25, 31]) {
      const values = Array.from({ length: 16 }, (_, i) => (i * 2_654_435_761) % 2 ** width);
      const packed = bytesOf(values.flatMap((value) => bitsOf(value, width)));
      const run = Array.from({ length: Math.ceil(width / 8) }, (_, byte) => Math.floor((values[3] ?? 0) / 256 ** byte) % 256);
      const into = new Int32Array(20);
      decodeRuns(Uint8Array.from([(2 << 1) | 1, ...packed, 4 << 1, ...run]), width, into);
      expect([...into], `${width}`).toEqual([...values, values[3], values[3], values[3], values[3]]);
    }
  });

  it('takes nothing for values of no bits, and refuses wide ones and an early end', () => {
    const into = new Int32Array(3).fill(7);
    decodeRuns(Uint8Array.from([]), 0, into);
    expect([...into]).toEqual([0, 0, 0]);
    expect(() => decodeRuns(Uint8Array.from([6, 1, 0, 0, 0]), 32, into)).toThrow(/32 bits/);
    expect(() => decodeRuns(Uint8Array.from([4, 1]), 1, into)).toThrow(/end early/);
    expect(() => decodeRuns(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 1, into)).toThrow(/end early/);
    expect([0, 1, 2, 3, 4, 255].map(bitWidth)).toEqual([0, 1, 2, 2, 3, 8]);
  });
});

describe('decodeDeltas', () => {
  it('adds up differences over blocks, wrapping at 32 bits', () => {
    expect([...decodeDeltas(deltas(5, 7, 1), 0, 5).values]).toEqual([7, 8, 9, 10, 11]);
    const packed = decodeDeltas(deltas(3, 10, 0, { width: 8, body: [5, 250, ...Array.from({ length: 30 }, () => 0)] }), 0, 3);
    expect([...packed.values]).toEqual([10, 15, 265]);
    expect(packed.end).toBe(10 + 32);
    expect([...decodeDeltas(deltas(1, 42, 0), 0, 1).values]).toEqual([42]);
    expect(decodeDeltas(deltas(0, 0, 0), 0, 0).end).toBe(5);
  });

  it('refuses fewer values, blocks of no size and early ends', () => {
    expect(() => decodeDeltas(deltas(2, 7, 1), 0, 5)).toThrow(/2 lengths for 5 values/);
    expect(() => decodeDeltas(Buffer.from([0, 0, 5, 0]), 0, 5)).toThrow(/no size/);
    expect(() => decodeDeltas(deltas(9, 7, 1, { width: 40, body: [] }), 0, 9)).toThrow(/40 bits/);
    expect(() => decodeDeltas(deltas(9, 7, 1, { width: 8, body: [1] }), 0, 9)).toThrow(/end early/);
    expect(() => decodeDeltas(Buffer.from([0xff, 0xff]), 0, 1)).toThrow(/end early/);
  });
});

describe('decodeValues', () => {
  it('reads plain values, of their own length and of a fixed one', () => {
    expect(text(decodeValues('PLAIN', plain('a', '', 'xyz'), 3, BYTES, null))).toEqual(['a', '', 'xyz']);
    expect(text(decodeValues('PLAIN', Buffer.from('aabbcc'), 3, FIXED, null))).toEqual(['aa', 'bb', 'cc']);
  });

  it('reads names of dictionary entries', () => {
    const dictionary = decodeValues('PLAIN', plain('no', 'yes'), 2, BYTES, null);
    expect(text(decodeValues('RLE_DICTIONARY', Buffer.from([1, 3, 0b0101]), 4, BYTES, dictionary))).toEqual(['yes', 'no', 'yes', 'no']);
    expect(() => text(decodeValues('PLAIN_DICTIONARY', Buffer.from([2, 6, 3]), 3, BYTES, dictionary))).toThrow(/entry 3 of a dictionary of 2/);
    expect(() => decodeValues('RLE_DICTIONARY', Buffer.from([1, 6, 0]), 3, BYTES, null)).toThrow(/does not have/);
  });

  it('reads lengths in one place and bytes in another', () => {
    const lengths = deltas(3, 1, 0, { width: 8, body: [0, 2, ...Array.from({ length: 30 }, () => 0)] });
    expect(text(decodeValues('DELTA_LENGTH_BYTE_ARRAY', Buffer.concat([lengths, Buffer.from('abcde')]), 3, BYTES, null))).toEqual(['a', 'b', 'cde']);
    expect(() => decodeValues('DELTA_LENGTH_BYTE_ARRAY', lengths, 3, BYTES, null)).toThrow(/end early/);
  });

  it('reads values that go on from the one before', () => {
    const [prefixes, suffixes] = [deltas(3, 0, 2), deltas(3, 3, 0)];
    expect(text(decodeValues('DELTA_BYTE_ARRAY', Buffer.concat([prefixes, suffixes, Buffer.from('abcdefghi')]), 3, BYTES, null))).toEqual(['abc', 'abdef', 'abdeghi']);
    expect(() => decodeValues('DELTA_BYTE_ARRAY', Buffer.concat([deltas(1, 9, 0), deltas(1, 0, 0)]), 1, BYTES, null)).toThrow(/more of the one before/);
  });

  it('refuses values that grow out of few bytes into more than a page may have', () => {
    const count = 100;
    const long = Math.floor(MAX_PAGE_BYTES / 50);
    // Each value is the whole one before it; only the first brings bytes of its own.
    const prefixes = Buffer.concat([varints(128, 4, count, 0, 0), Buffer.from([22, 0, 0, 0]), pack(long, 0)]);
    const suffixes = Buffer.concat([varints(128, 4, count, 2 * long, 2 * long - 1), Buffer.from([22, 22, 22, 22]), pack(0, long), pack(long, long), pack(long, long), pack(long, long)]);
    expect(() => decodeValues('DELTA_BYTE_ARRAY', Buffer.concat([prefixes, suffixes, Buffer.alloc(long)]), count, BYTES, null)).toThrow(`more than ${MAX_PAGE_BYTES} bytes`);
  });

  it('puts split bytes together', () => {
    expect(text(decodeValues('BYTE_STREAM_SPLIT', Buffer.from('abcABC'), 3, FIXED, null))).toEqual(['aA', 'bB', 'cC']);
    expect(() => decodeValues('BYTE_STREAM_SPLIT', Buffer.from('abcAB'), 3, FIXED, null)).toThrow(/end early/);
    expect(() => decodeValues('BYTE_STREAM_SPLIT', Buffer.from('abc'), 3, BYTES, null)).toThrow(/BYTE_STREAM_SPLIT/);
  });

  it('refuses values that end early, no fixed length, and unknown encodings', () => {
    expect(() => decodeValues('PLAIN', plain('a', 'b'), 3, BYTES, null)).toThrow(/end early/);
    expect(() => decodeValues('PLAIN', Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), 1, BYTES, null)).toThrow(/end early/);
    expect(() => decodeValues('PLAIN', Buffer.from('aab'), 2, FIXED, null)).toThrow(/end early/);
    expect(() => decodeValues('PLAIN', Buffer.from('aab'), 2, { ...FIXED, typeLength: 0 }, null)).toThrow(/does not tell/);
    expect(() => decodeValues('GROUP_VAR_INT', Buffer.from('aab'), 2, BYTES, null)).toThrow(/GROUP_VAR_INT/);
    expect(decodeValues('GROUP_VAR_INT', Buffer.alloc(0), 0, BYTES, null).count).toBe(0);
  });
});

describe('expandPage', () => {
  const whole = Buffer.from('Loupe '.repeat(1000));
  const hadoop = (...blocks: readonly { expanded: number; bytes: Buffer }[]): Buffer =>
    Buffer.concat(blocks.flatMap(({ expanded, bytes }) => [Buffer.from(Uint32Array.of(expanded, bytes.length).buffer).swap32(), bytes]));
  /** LZ4 of six literals, a copy of 529 bytes of what it writes itself, and five literals. */
  const lz4 = Buffer.concat([Buffer.from([0x6f]), Buffer.from('Loupe '), Buffer.from([6, 0, 0xff, 0xff, 0, 0x50]), Buffer.from('Loupe')]);
  const SIZE = 540;
  const unpacked = Buffer.from(`${'Loupe '.repeat(89)}LLoupe`);

  it('expands every codec', async () => {
    const packed: Readonly<Record<string, Buffer>> = { UNCOMPRESSED: whole, GZIP: Buffer.concat([gzipSync(whole.subarray(0, 99)), gzipSync(whole.subarray(99))]), ZSTD: zstdCompressSync(whole), BROTLI: brotliCompressSync(whole) };
    for (const [codec, bytes] of Object.entries(packed)) expect(Buffer.compare(await expandPage(codec, bytes, whole.length), whole), codec).toBe(0);
    const snappy = Buffer.from([12, 5 << 2, ...Buffer.from('Loupe '), ((6 - 4) << 2) | 1, 6]);
    expect(Buffer.from(await expandPage('SNAPPY', snappy, 12)).toString()).toBe('Loupe Loupe ');
    expect(Buffer.from(await expandPage('LZ4_RAW', lz4, SIZE))).toEqual(unpacked);
  });

  it('expands LZ4 in blocks with sizes before them, and without', async () => {
    const blocks = hadoop({ expanded: SIZE, bytes: lz4 }, { expanded: SIZE, bytes: lz4 });
    expect(Buffer.from(await expandPage('LZ4', blocks, 2 * SIZE))).toEqual(Buffer.concat([unpacked, unpacked]));
    expect(Buffer.from(await expandPage('LZ4', lz4, SIZE))).toEqual(unpacked);
  });

  it('never makes more than the page says, and says when it is less', async () => {
    const bomb = Buffer.alloc(5_000_000);
    for (const [codec, bytes] of Object.entries({ GZIP: gzipSync(bomb), ZSTD: zstdCompressSync(bomb), BROTLI: brotliCompressSync(bomb) })) {
      await expect(expandPage(codec, bytes, 1_000), codec).rejects.toThrow(/cannot be expanded/);
    }
    await expect(expandPage('UNCOMPRESSED', whole, 5)).rejects.toThrow(/6000 bytes, not to 5/);
    await expect(expandPage('SNAPPY', Buffer.from([12, 5 << 2, ...Buffer.from('Loupe ')]), 12)).rejects.toThrow(/6 bytes, not to 12/);
    await expect(expandPage('SNAPPY', Buffer.from([12, 1, 6]), 12)).rejects.toThrow(/cannot be expanded/);
    await expect(expandPage('GZIP', deflateRawSync(whole), whole.length)).rejects.toThrow(/cannot be expanded/);
    await expect(expandPage('LZO', whole, 5)).rejects.toMatchObject({ code: 'unsupported' });
    expect(await expandPage('SNAPPY', Buffer.alloc(0), 0)).toHaveLength(0);
  });
});

function varints(...values: number[]): Buffer {
  return Buffer.concat(values.map(varint));
}

/** 32 values of 22 bits: one, then the others. */
function pack(first: number, others: number): Buffer {
  const bits = Array.from({ length: 32 }, (_, i) => (i === 0 ? first : others)).flatMap((value) => bitsOf(value, 22));
  return Buffer.from(bytesOf(bits));
}

function bitsOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, bit) => Math.floor(value / 2 ** bit) % 2);
}

function bytesOf(bits: readonly number[]): number[] {
  return Array.from({ length: bits.length / 8 }, (_, byte) => bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, at) => sum + bit * 2 ** at, 0));
}
