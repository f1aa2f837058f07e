/** The types of Thrift's compact protocol that Parquet uses; a field that is true or false has no bytes of its own. */
export const THRIFT = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12, uuid: 13 } as const;

/** Deeper structs are nothing that a Parquet file has. */
const MAX_DEPTH = 64;
/** Bytes of the longest number. */
const MAX_VARINT = 10;

/** Bytes that are no Thrift, or end early; `isCut` where more bytes might make them whole. */
export class ThriftFault extends Error {
  readonly isCut: boolean;

  constructor(message: string, isCut: boolean) {
    super(message);
    this.name = 'ThriftFault';
    this.isCut = isCut;
  }
}

interface Field {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * A struct whose fields are the bytes that they were read from, so that what is not touched is written again exactly: also
 * fields that nobody here knows, the width of integers and the type of an empty list. Fields are taken apart only when they
 * are asked for; memory never exceeds what the bytes themselves have.
 */
export class ThriftStruct {
  readonly #fields: Map<number, Field>;

  constructor(fields: ReadonlyMap<number, Field> = new Map()) {
    this.#fields = new Map(fields);
  }

  /** @returns the struct and where its bytes end. @throws ThriftFault */
  static read(bytes: Uint8Array, start = 0): { readonly struct: ThriftStruct; readonly end: number } {
    const fields = new Map<number, Field>();
    const end = eachField(bytes, start, 0, (id, type, from, to) => fields.set(id, { type, bytes: bytes.subarray(from, to) }));
    return { struct: new ThriftStruct(fields), end };
  }

  has(id: number): boolean {
    return this.#fields.has(id);
  }

  /** An integer of any width; null where the field is absent. @throws ThriftFault where it is something else */
  integer(id: number): bigint | null {
    const field = this.#fields.get(id);
    if (field === undefined) return null;
    if (field.type < THRIFT.i16 || field.type > THRIFT.i64) throw wrongType(id);
    return unzigzag(readVarint(field.bytes, 0).value);
  }

  /** The same, as a number. */
  number(id: number): number | null {
    const value = this.integer(id);
    if (value === null) return null;
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) throw new ThriftFault(`field ${id} is too large a number`, false);
    return Number(value);
  }

  boolean(id: number): boolean | null {
    const type = this.#fields.get(id)?.type;
    if (type === undefined) return null;
    if (type !== THRIFT.true && type !== THRIFT.false) throw wrongType(id);
    return type === THRIFT.true;
  }

  binary(id: number): Uint8Array | null {
    const field = this.#typed(id, THRIFT.binary);
    return field === null ? null : insideBinary(field.bytes);
  }

  struct(id: number): ThriftStruct | null {
    const field = this.#typed(id, THRIFT.struct);
    return field === null ? null : ThriftStruct.read(field.bytes).struct;
  }

  /** The bytes of each item of a list. */
  items(id: number): Uint8Array[] | null {
    const field = this.#typed(id, THRIFT.list);
    if (field === null) return null;
    const { bytes } = field;
    const { type, size, end } = readListHead(bytes, 0);
    const items: Uint8Array[] = [];
    let at = end;
    for (let i = 0; i < size; i++) {
      const next = skipItem(bytes, at, type, 0);
      items.push(bytes.subarray(at, next));
      at = next;
    }
    return items;
  }

  structs(id: number): ThriftStruct[] | null {
    return this.items(id)?.map((bytes) => ThriftStruct.read(bytes).struct) ?? null;
  }

  /** Sets an integer; of a field that is there the width stays. */
  setInteger(id: number, value: bigint | number, type: number = THRIFT.i64): this {
    return this.#set(id, this.#fields.get(id)?.type ?? type, writeVarint(zigzag(BigInt(value))));
  }

  setBoolean(id: number, value: boolean): this {
    return this.#set(id, value ? THRIFT.true : THRIFT.false, new Uint8Array(0));
  }

  setBinary(id: number, value: Uint8Array | string): this {
    return this.#set(id, THRIFT.binary, binaryBytes(value));
  }

  setStruct(id: number, value: ThriftStruct): this {
    return this.#set(id, THRIFT.struct, value.encode());
  }

  /** @param items the bytes of each; see `integerItem`, `binaryBytes` and `encode` */
  setItems(id: number, type: number, items: readonly Uint8Array[]): this {
    const head = items.length < 15 ? Buffer.from([(items.length << 4) | type]) : Buffer.concat([Buffer.from([0xf0 | type]), writeVarint(BigInt(items.length))]);
    return this.#set(id, THRIFT.list, Buffer.concat([head, ...items]));
  }

  remove(...ids: readonly number[]): this {
    for (const id of ids) this.#fields.delete(id);
    return this;
  }

  /** The bytes of the struct, closed; fields in ascending order. */
  encode(): Buffer {
    const parts: Uint8Array[] = [];
    let last = 0;
    for (const [id, { type, bytes }] of [...this.#fields].sort(([a], [b]) => a - b)) {
      const step = id - last;
      parts.push(step > 0 && step < 16 ? Buffer.from([(step << 4) | type]) : Buffer.concat([Buffer.from([type]), writeVarint(zigzag(BigInt(id)))]), bytes);
      last = id;
    }
    return Buffer.concat([...parts, Buffer.from([0])]);
  }

  #typed(id: number, type: number): Field | null {
    const field = this.#fields.get(id);
    if (field === undefined) return null;
    if (field.type !== type) throw wrongType(id);
    return field;
  }

  #set(id: number, type: number, bytes: Uint8Array): this {
    this.#fields.set(id, { type, bytes });
    return this;
  }
}

/** An integer as an item of a list. */
export function integerItem(value: number): Uint8Array {
  return writeVarint(zigzag(BigInt(value)));
}

export function integerOf(item: Uint8Array): number {
  return Number(unzigzag(readVarint(item, 0).value));
}

/** Text or bytes as an item of a list. */
export function binaryBytes(value: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([writeVarint(BigInt(bytes.length)), bytes]);
}

/** What `binaryBytes` made. */
export function insideBinary(item: Uint8Array): Uint8Array {
  return item.subarray(readVarint(item, 0).end);
}

type VisitField = (id: number, type: number, from: number, to: number) => void;

function eachField(bytes: Uint8Array, start: number, depth: number, visit: VisitField): number {
  if (depth > MAX_DEPTH) throw new ThriftFault('structs within structs without end', false);
  let id = 0;
  for (let at = start; ; ) {
    const head = byteAt(bytes, at++);
    if (head === 0) return at;
    const [step, type] = [head >> 4, head & 15];
    if (step === 0) {
      const given = readVarint(bytes, at);
      id = Number(unzigzag(given.value));
      at = given.end;
    } else id += step;
    const to = type === THRIFT.true || type === THRIFT.false ? at : skipItem(bytes, at, type, depth);
    visit(id, type, at, to);
    at = to;
  }
}

/** Where a value ends. As an item of a list a boolean is a byte. */
function skipItem(bytes: Uint8Array, at: number, type: number, depth: number): number {
  switch (type) {
    case THRIFT.true:
    case THRIFT.false:
    case THRIFT.byte:
      return within(bytes, at + 1);
    case THRIFT.i16:
    case THRIFT.i32:
    case THRIFT.i64:
      return readVarint(bytes, at).end;
    case THRIFT.double:
      return within(bytes, at + 8);
    case THRIFT.uuid:
      return within(bytes, at + 16);
    case THRIFT.binary: {
      const { value, end } = readVarint(bytes, at);
      return within(bytes, end + Number(value));
    }
    case THRIFT.list:
    case THRIFT.set: {
      const head = readListHead(bytes, at);
      return skipItems(bytes, head.end, [head.type], head.size, depth);
    }
    case THRIFT.map: {
      const { value, end } = readVarint(bytes, at);
      if (value === 0n) return end;
      const types = byteAt(bytes, end);
      return skipItems(bytes, end + 1, [types >> 4, types & 15], Number(value), depth);
    }
    case THRIFT.struct:
      return eachField(bytes, at, depth + 1, () => undefined);
    default:
      throw new ThriftFault(`a field of type ${type}`, false);
  }
}

function skipItems(bytes: Uint8Array, start: number, types: readonly number[], count: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new ThriftFault('lists within lists without end', false);
  let at = start;
  // Every item has a byte at least, so that a wrong count ends with the bytes.
  for (let i = 0; i < count; i++) for (const type of types) at = skipItem(bytes, at, type, depth + 1);
  return at;
}

function readListHead(bytes: Uint8Array, at: number): { readonly type: number; readonly size: number; readonly end: number } {
  const head = byteAt(bytes, at);
  if (head >> 4 < 15) return { type: head & 15, size: head >> 4, end: at + 1 };
  const { value, end } = readVarint(bytes, at + 1);
  return { type: head & 15, size: Number(value), end };
}

function readVarint(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } {
  let [low, high] = [0, 0n];
  for (let at = start; at < start + MAX_VARINT; at++) {
    const byte = byteAt(bytes, at);
    const place = at - start;
    // Numbers of up to 28 bits, which most are, without a BigInt for each byte.
    if (place < 4) low += (byte & 0x7f) * 2 ** (7 * place);
    else high |= BigInt(byte & 0x7f) << BigInt(7 * place);
    if (byte < 0x80) return { value: BigInt(low) | high, end: at + 1 };
  }
  throw new ThriftFault('a number without an end', false);
}

function writeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

function zigzag(value: bigint): bigint {
  return value >= 0n ? value * 2n : -value * 2n - 1n;
}

function unzigzag(value: bigint): bigint {
  return value & 1n ? -(value >> 1n) - 1n : value >> 1n;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new ThriftFault('it ends early', true);
  return byte;
}

function within(bytes: Uint8Array, end: number): number {
  if (end > bytes.length) throw new ThriftFault('it ends early', true);
  return end;
}

function wrongType(id: number): ThriftFault {
  return new ThriftFault(`field ${id} is of another type`, false);
}
