const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];

/** Thrift's compact protocol, as much of it as a test needs to write; fields in ascending order. */
export class ThriftWriter {
  readonly #parts: Buffer[] = [];
  #last = 0;

  i32(id: number, value: number): this {
    return this.#field(id, I32, zigzag(value));
  }

  i64(id: number, value: number): this {
    return this.#field(id, I64, zigzag(value));
  }

  text(id: number, value: string): this {
    return this.#field(id, BINARY, binary(value));
  }

  texts(id: number, values: readonly string[]): this {
    return this.#field(id, LIST, listHead(values.length, BINARY), ...values.map(binary));
  }

  i32s(id: number, values: readonly number[]): this {
    return this.#field(id, LIST, listHead(values.length, I32), ...values.map(zigzag));
  }

  struct(id: number, write: (inside: ThriftWriter) => void): this {
    return this.#field(id, STRUCT, structOf(write));
  }

  structs<T>(id: number, items: readonly T[], write: (inside: ThriftWriter, item: T) => void): this {
    return this.#field(id, LIST, listHead(items.length, STRUCT), ...items.map((item) => structOf((inside) => write(inside, item))));
  }

  /** The bytes of the struct, closed. */
  end(): Buffer {
    return Buffer.concat([...this.#parts, Buffer.from([0])]);
  }

  #field(id: number, type: number, ...bytes: readonly Buffer[]): this {
    this.#parts.push(Buffer.from([((id - this.#last) << 4) | type]), ...bytes);
    this.#last = id;
    return this;
  }
}

function structOf(write: (inside: ThriftWriter) => void): Buffer {
  const inside = new ThriftWriter();
  write(inside);
  return inside.end();
}

function listHead(length: number, type: number): Buffer {
  return length < 15 ? Buffer.from([(length << 4) | type]) : Buffer.concat([Buffer.from([0xf0 | type]), varint(length)]);
}

function binary(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(bytes.length), bytes]);
}

function zigzag(value: number): Buffer {
  return varint(value >= 0 ? value * 2 : -value * 2 - 1);
}

/** Seven bits a byte, the lowest first. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
