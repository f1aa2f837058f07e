/** Entries of the table of places where four bytes were seen last; a power of two. */
const TABLE = 1 << 14;
const MIN_MATCH = 4;
/** A copy reaches back no farther. */
const MAX_OFFSET = 65_535;
/** LZ4: the last five bytes are literals, and no copy begins in the last twelve. */
const LZ4_TAIL = 12;
const LZ4_LAST_LITERALS = 5;

/** Bytes that are given as they are, and those behind them that repeat earlier ones. */
interface Sequence {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly length: number;
}

/** A Snappy block. */
export function compressSnappy(bytes: Uint8Array): Uint8Array {
  const output = new Growing(bytes.length);
  output.varint(bytes.length);
  let at = 0;
  for (const { from, to, offset, length } of sequences(bytes, bytes.length - MIN_MATCH, bytes.length)) {
    snappyLiteral(output, bytes.subarray(from, to));
    for (let left = length; left > 0; ) {
      const copied = Math.min(64, left);
      output.push(((copied - 1) << 2) | 2, offset & 255, offset >> 8);
      left -= copied;
    }
    at = to + length;
  }
  snappyLiteral(output, bytes.subarray(at));
  return output.bytes();
}

function snappyLiteral(output: Growing, literal: Uint8Array): void {
  if (literal.length === 0) return;
  const size = literal.length - 1;
  if (size < 60) output.push(size << 2);
  else output.push(63 << 2, size & 255, (size >> 8) & 255, (size >> 16) & 255, size >>> 24);
  output.append(literal);
}

/** An LZ4 block. */
export function compressLz4(bytes: Uint8Array): Uint8Array {
  const output = new Growing(bytes.length);
  let at = 0;
  for (const { from, to, offset, length } of sequences(bytes, bytes.length - LZ4_TAIL, bytes.length - LZ4_LAST_LITERALS)) {
    lz4Literal(output, bytes.subarray(from, to), length - MIN_MATCH);
    output.push(offset & 255, offset >> 8);
    lz4Rest(output, length - MIN_MATCH);
    at = to + length;
  }
  lz4Literal(output, bytes.subarray(at), 0);
  return output.bytes();
}

function lz4Literal(output: Growing, literal: Uint8Array, copied: number): void {
  output.push((Math.min(15, literal.length) << 4) | Math.min(15, copied));
  lz4Rest(output, literal.length);
  output.append(literal);
}

/** What of a length does not fit four bits. */
function lz4Rest(output: Growing, length: number): void {
  if (length < 15) return;
  let left = length - 15;
  for (; left >= 255; left -= 255) output.push(255);
  output.push(left);
}

/** Repetitions that begin before `lastStart` and end at `lastEnd` at the latest, found greedily. */
function* sequences(bytes: Uint8Array, lastStart: number, lastEnd: number): Generator<Sequence> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Int32Array(TABLE).fill(-1);
  let from = 0;
  for (let at = 0; at < lastStart; at++) {
    const four = view.getUint32(at, true);
    const place = Math.imul(four, 0x9e3779b1) >>> 18;
    const before = seen[place] ?? -1;
    seen[place] = at;
    if (before < 0 || at - before > MAX_OFFSET || view.getUint32(before, true) !== four) continue;
    let length = MIN_MATCH;
    while (at + length < lastEnd && bytes[before + length] === bytes[at + length]) length++;
    yield { from, to: at, offset: at - before, length };
    at += length - 1;
    from = at + 1;
  }
}

/** Bytes that become more. */
class Growing {
  #bytes: Buffer;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(64, expected));
  }

  push(...values: readonly number[]): void {
    this.#room(values.length);
    for (const value of values) this.#bytes[this.#length++] = value;
  }

  append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.push((rest % 128) | 128);
    this.push(rest);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
