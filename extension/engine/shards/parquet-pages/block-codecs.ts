/** Output of limited length, made of pieces of the input and of itself. */
class Expansion {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(length: number) {
    // Not filled with zeros first: only what was written is handed out.
    this.#bytes = Buffer.allocUnsafeSlow(length);
  }

  isFull(): boolean {
    return this.#length === this.#bytes.length;
  }

  append(piece: Uint8Array): void {
    const fitting = piece.subarray(0, this.#bytes.length - this.#length);
    this.#bytes.set(fitting, this.#length);
    this.#length += fitting.length;
  }

  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length) throw new Error('a copy from before the beginning');
    const end = Math.min(this.#bytes.length, this.#length + length);
    if (offset >= end - this.#length && end - this.#length > SHORT_COPY) {
      this.#bytes.copyWithin(this.#length, this.#length - offset, end - offset);
      this.#length = end;
      return;
    }
    // Byte by byte: a copy may reach into what it writes, and a call for a few bytes costs more than they do.
    for (; this.#length < end; this.#length++) this.#bytes[this.#length] = this.#bytes[this.#length - offset] ?? 0;
  }

  result(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

const SHORT_COPY = 32;

/** The first `length` bytes of what this Snappy block expands to; fewer where the block ends before. @throws on damage */
export function expandSnappy(input: Uint8Array, length: number): Uint8Array {
  const output = new Expansion(length);
  let at = 0;
  while ((input[at++] ?? 0) >= 0x80);
  while (!output.isFull() && at < input.length) {
    const tag = input[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const extra = Math.max(0, short - 59);
      const size = (extra === 0 ? short : littleEndian(input, at, extra)) + 1;
      output.append(input.subarray(at + extra, at + extra + size));
      at += extra + size;
      continue;
    }
    const width = kind === 3 ? 4 : kind;
    if (at + width > input.length) break;
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    output.repeat(littleEndian(input, at, width) + (kind === 1 ? (tag >> 5) << 8 : 0), size);
    at += width;
  }
  return output.result();
}

/** The first `length` bytes of what this LZ4 block expands to; fewer where the block ends before. @throws on damage */
export function expandLz4(input: Uint8Array, length: number): Uint8Array {
  const output = new Expansion(length);
  let at = 0;
  /** A length of four bits, which goes on in further bytes when they are all set. */
  const extended = (nibble: number): number => {
    let size = nibble;
    if (nibble === 15) {
      let more: number;
      do {
        more = input[at++] ?? 0;
        size += more;
      } while (more === 255);
    }
    return size;
  };
  while (!output.isFull() && at < input.length) {
    const token = input[at++] ?? 0;
    const literals = extended(token >> 4);
    output.append(input.subarray(at, at + literals));
    at += literals;
    if (output.isFull() || at + 2 > input.length) break;
    const offset = littleEndian(input, at, 2);
    at += 2;
    output.repeat(offset, extended(token & 15) + 4);
  }
  return output.result();
}

function littleEndian(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
