/** What a member is to the reader; decides without its header whether it belongs to a sample. */
export const ROLE = { other: 0, field: 1, metadata: 2, unnamed: 3, sparse: 0x80 } as const;

/** No column: the member belongs to no sample, or its field is one too many. */
export const NO_FIELD = 0xffff;

/**
 * Every member of an archive in 23 bytes: where its headers begin, where its data is, its size and its
 * field. Names and the rest stay in the file and are read again when asked for.
 */
export class MemberTable {
  length = 0;
  #start = new Float64Array(1024);
  #size = new Float64Array(1024);
  #lead = new Uint32Array(1024);
  #field = new Uint16Array(1024);
  #role = new Uint8Array(1024);

  push(start: number, dataOffset: number, size: number, field: number, role: number): void {
    if (this.length === this.#start.length) this.#grow();
    const at = this.length++;
    this.#start[at] = start;
    this.#lead[at] = dataOffset - start;
    this.#size[at] = size;
    this.#field[at] = field;
    this.#role[at] = role;
  }

  /** Offset of the member's first header block. */
  start(member: number): number {
    return this.#start[member] ?? 0;
  }

  /** Offset of the member's stored bytes. */
  dataOffset(member: number): number {
    return (this.#start[member] ?? 0) + (this.#lead[member] ?? 0);
  }

  size(member: number): number {
    return this.#size[member] ?? 0;
  }

  /** Index of the sample's field among the columns, or `NO_FIELD`. */
  field(member: number): number {
    return this.#field[member] ?? NO_FIELD;
  }

  inSample(member: number): boolean {
    return ((this.#role[member] ?? 0) & 0x7f) === ROLE.field;
  }

  isSparse(member: number): boolean {
    return ((this.#role[member] ?? 0) & ROLE.sparse) !== 0;
  }

  #grow(): void {
    const capacity = this.#start.length * 2;
    this.#start = enlarged(this.#start, new Float64Array(capacity));
    this.#size = enlarged(this.#size, new Float64Array(capacity));
    this.#lead = enlarged(this.#lead, new Uint32Array(capacity));
    this.#field = enlarged(this.#field, new Uint16Array(capacity));
    this.#role = enlarged(this.#role, new Uint8Array(capacity));
  }
}

function enlarged<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** A growing list of unsigned 32-bit numbers. */
export class IndexList {
  length = 0;
  #items = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.#items.length) this.#items = enlarged(this.#items, new Uint32Array(this.length * 2));
    this.#items[this.length++] = value;
  }

  at(index: number): number {
    return this.#items[index] ?? 0;
  }
}
