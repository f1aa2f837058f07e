/** A part of the hybrid of run lengths and bit packs: `length` values, packed from `at` on, or all the same one. */
interface Run {
  readonly packed: boolean;
  readonly at: number;
  readonly length: number;
}

/** The parts that hold the first `count` values. @throws when there are fewer */
function* runsOf(bytes: Uint8Array, width: number, count: number): Generator<Run> {
  let seen = 0;
  let at = 0;
  while (seen < count) {
    let header = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      if (at >= bytes.length || shift > 28) throw new Error('run lengths that end early');
      byte = bytes[at++] ?? 0;
      header += (byte & 0x7f) * 2 ** shift;
    }
    const packed = header % 2 === 1;
    const run = Math.floor(header / 2) * (packed ? 8 : 1);
    const length = Math.min(run, count - seen);
    const held = packed ? Math.ceil((length * width) / 8) : Math.ceil(width / 8);
    if (at + held > bytes.length || run === 0) throw new Error('run lengths that end early');
    yield { packed, at, length };
    seen += length;
    at += packed ? (run * width) / 8 : held;
  }
}

/**
 * Fills `into` with values of `width` bits from the hybrid of run lengths and bit packs.
 * @throws when there are fewer values
 */
export function decodeRuns(bytes: Uint8Array, width: number, into: Uint8Array | Int32Array): void {
  if (width > 31) throw new Error(`values of ${width} bits`);
  if (width === 0) {
    into.fill(0);
    return;
  }
  let filled = 0;
  for (const { packed, at, length } of runsOf(bytes, width, into.length)) {
    if (packed) unpack(bytes, at, width, into, filled, length);
    else into.fill(wholeValue(bytes, at, Math.ceil(width / 8)), filled, filled + length);
    filled += length;
  }
}

function unpack(bytes: Uint8Array, from: number, width: number, into: Uint8Array | Int32Array, filled: number, length: number): void {
  const mask = 2 ** width - 1;
  let at = from;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < length; i++) {
    // At most 30 bits stay over, and 8 come at once: a double holds them exactly.
    while (bits < width) {
      held += (bytes[at++] ?? 0) * 2 ** bits;
      bits += 8;
    }
    into[filled + i] = width < 24 ? held & mask : held % (mask + 1);
    held = Math.floor(held / (mask + 1));
    bits -= width;
  }
}

function wholeValue(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** The hybrid of run lengths and bit packs that holds these values of `width` bits: runs where eight or more are the same. */
export function encodeRuns(values: Uint8Array, width: number): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < values.length) {
    const run = runLength(values, at);
    if (run >= 8 || at + run === values.length) {
      parts.push(runHead(run * 2), Buffer.from([values[at] ?? 0]));
      at += run;
      continue;
    }
    let groups = 0;
    while (at + groups * 8 < values.length && runLength(values, at + groups * 8) < 8) groups++;
    parts.push(runHead(groups * 2 + 1), pack(values, at, groups * 8, width));
    at += groups * 8;
  }
  return Buffer.concat(parts);
}

function runLength(values: Uint8Array, from: number): number {
  let end = from + 1;
  while (end < values.length && values[end] === values[from]) end++;
  return end - from;
}

function runHead(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

/** Values past the end are zeros, which a reader that counts does not take. */
function pack(values: Uint8Array, from: number, count: number, width: number): Buffer {
  const bytes = Buffer.alloc((count * width) / 8);
  for (let i = 0; i < count; i++) {
    const value = values[from + i] ?? 0;
    for (let bit = 0; bit < width; bit++) {
      const at = i * width + bit;
      if ((value >> bit) & 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return bytes;
}

export interface ZeroCount {
  readonly zeros: number;
  readonly startsWithZero: boolean;
}

/** Zeros among the first `count` levels. @throws when there are fewer levels */
export function countZeros(bytes: Uint8Array, width: number, count: number): ZeroCount {
  const levels = new Uint8Array(count);
  decodeRuns(bytes, width, levels);
  let zeros = 0;
  for (const level of levels) if (level === 0) zeros++;
  return { zeros, startsWithZero: levels[0] === 0 };
}

/** Bits that a level up to `maximum` takes. */
export function bitWidth(maximum: number): number {
  return 32 - Math.clz32(maximum);
}
