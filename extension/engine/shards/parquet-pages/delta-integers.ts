import { PageFault } from './page-fault.ts';

/** More values in one block, or parts of it, are nothing that a writer makes. */
const MAX_BLOCK = 65_536;
const MAX_BITS = 32;

export interface DeltaIntegers {
  readonly values: Int32Array;
  /** Index of the first byte behind them. */
  readonly end: number;
}

/** The `count` lengths of DELTA_BINARY_PACKED that begin at `start`. @throws PageFault */
export function decodeDeltas(bytes: Uint8Array, start: number, count: number): DeltaIntegers {
  const reader = new Reader(bytes, start);
  const blockSize = reader.varint();
  const miniblocks = reader.varint();
  const total = reader.varint();
  const values = new Int32Array(count);
  let value = reader.zigzag();
  if (total < count) throw new PageFault(`it has ${total} lengths for ${count} values`);
  if (count === 0) return { values, end: reader.at };
  if (miniblocks === 0 || blockSize === 0 || blockSize > MAX_BLOCK || blockSize % (miniblocks * 8) !== 0) throw new PageFault('its lengths come in blocks of no size');
  const perMiniblock = blockSize / miniblocks;
  values[0] = value;
  for (let filled = 1; filled < count; ) {
    const least = reader.zigzag();
    const widths = reader.bytes(miniblocks);
    for (let i = 0; i < miniblocks && filled < count; i++) {
      const width = widths[i] ?? 0;
      if (width > MAX_BITS) throw new PageFault(`its lengths are packed in ${width} bits`);
      const packed = reader.bytes((perMiniblock * width) / 8);
      const taken = Math.min(perMiniblock, count - filled);
      for (let j = 0; j < taken; j++) {
        // As the format says, sums wrap around at 32 bits.
        value = (value + least + bitsAt(packed, j * width, width)) | 0;
        values[filled++] = value;
      }
    }
  }
  return { values, end: reader.at };
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

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined || shift > 42) throw new PageFault('its lengths end early');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
