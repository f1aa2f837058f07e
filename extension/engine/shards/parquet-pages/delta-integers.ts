import { PageFault } from './page-fault.ts';

/** More values in one block, or parts of it, are nothing that a writer makes. */
const MAX_BLOCK = 65_536;

export interface DeltaIntegers {
  readonly values: Int32Array;
  /** Index of the first byte behind them. */
  readonly end: number;
}

/** The `count` numbers of 32 bits, or lengths, of DELTA_BINARY_PACKED that begin at `start`. @throws PageFault */
export function decodeDeltas(bytes: Uint8Array, start: number, count: number): DeltaIntegers {
  const reader = new Reader(bytes, start);
  const values = new Int32Array(count);
  let value = 0;
  // As the format says, sums wrap around at 32 bits.
  readDeltas(reader, count, 32, (at, first) => (values[at] = value = Number(BigInt.asIntN(32, first))), (at, least, packed, bit, width) => {
    value = (value + Number(BigInt.asIntN(32, least)) + bitsAt(packed, bit, width)) | 0;
    values[at] = value;
  });
  return { values, end: reader.at };
}

/** The same of numbers of 64 bits. @throws PageFault */
export function decodeLongDeltas(bytes: Uint8Array, start: number, count: number): { readonly values: BigInt64Array; readonly end: number } {
  const reader = new Reader(bytes, start);
  const values = new BigInt64Array(count);
  let value = 0n;
  readDeltas(reader, count, 64, (at, first) => (values[at] = value = BigInt.asIntN(64, first)), (at, least, packed, bit, width) => {
    value = BigInt.asIntN(64, value + least + longBitsAt(packed, bit, width));
    values[at] = value;
  });
  return { values, end: reader.at };
}

type TakeFirst = (at: number, first: bigint) => void;
type TakeDelta = (at: number, least: bigint, packed: Uint8Array, bit: number, width: number) => void;

function readDeltas(reader: Reader, count: number, maxBits: number, first: TakeFirst, next: TakeDelta): void {
  const blockSize = Number(reader.varint());
  const miniblocks = Number(reader.varint());
  const total = Number(reader.varint());
  const start = reader.zigzag();
  if (total < count) throw new PageFault(`it has ${total} lengths for ${count} values`);
  if (count === 0) return;
  if (miniblocks === 0 || blockSize === 0 || blockSize > MAX_BLOCK || blockSize % (miniblocks * 8) !== 0) throw new PageFault('its lengths come in blocks of no size');
  const perMiniblock = blockSize / miniblocks;
  first(0, start);
  for (let filled = 1; filled < count; ) {
    const least = reader.zigzag();
    const widths = reader.bytes(miniblocks);
    for (let i = 0; i < miniblocks && filled < count; i++) {
      const width = widths[i] ?? 0;
      if (width > maxBits) throw new PageFault(`its lengths are packed in ${width} bits`);
      const packed = reader.bytes((perMiniblock * width) / 8);
      const taken = Math.min(perMiniblock, count - filled);
      for (let j = 0; j < taken; j++) next(filled++, least, packed, j * width, width);
    }
  }
}

function longBitsAt(bytes: Uint8Array, bit: number, width: number): bigint {
  const low = bitsAt(bytes, bit, Math.min(width, 32));
  return width <= 32 ? BigInt(low) : BigInt(low) | (BigInt(bitsAt(bytes, bit + 32, width - 32)) << 32n);
}

function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  let value = 0;
  let got = -(bit & 7);
  for (let at = bit >> 3; got < width; at++, got += 8) value += got < 0 ? (bytes[at] ?? 0) >> -got : (bytes[at] ?? 0) * 2 ** got;
  return value % 2 ** width;
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  bytes(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new PageFault('its lengths end early');
    const found = this.#bytes.subarray(this.at, end);
    this.at = end;
    return found;
  }

  varint(): bigint {
    let [low, high] = [0, 0n];
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined || shift > 63) throw new PageFault('its lengths end early');
      if (shift < 28) low += (byte & 0x7f) * 2 ** shift;
      else high |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt(low) | high;
    }
  }

  zigzag(): bigint {
    const value = this.varint();
    return value & 1n ? -(value >> 1n) - 1n : value >> 1n;
  }
}
