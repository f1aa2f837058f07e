/** Row numbers in one block, a power of two; a block is 256 KiB. */
const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const MASK = BLOCK - 1;

type Block = Uint32Array | Float64Array;

/** Tables with more rows need eight bytes a row number. */
const MAX_UINT32_ROWS = 2 ** 32;

/** Row numbers of a table in any order, four bytes each (eight in tables beyond 2^32 rows); grows without copying. */
export class RowList {
  readonly #blocks: Block[] = [];
  readonly #wide: boolean;
  #length = 0;
  #ascending = true;

  constructor(tableRows: number) {
    this.#wide = tableRows > MAX_UINT32_ROWS;
  }

  /** An empty list for the same table. */
  another(): RowList {
    return new RowList(this.#wide ? Infinity : 0);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether every row number is greater than the one before. */
  get ascending(): boolean {
    return this.#ascending;
  }

  /** SQL that gives a row number in the form that `push` takes fastest. */
  sql(row: string): string {
    return `CAST(${row} AS ${this.#wide ? 'DOUBLE' : 'UINTEGER'})`;
  }

  push(row: number): void {
    if (this.#length > 0 && row <= this.at(this.#length - 1)) this.#ascending = false;
    const block = this.#length & MASK;
    if (block === 0) this.#blocks.push(this.#wide ? new Float64Array(BLOCK) : new Uint32Array(BLOCK));
    const last = this.#blocks[this.#blocks.length - 1];
    if (last !== undefined) last[block] = row;
    this.#length++;
  }

  /** The row number at a position, which has to be there. */
  at(position: number): number {
    return this.#blocks[Math.floor(position / BLOCK)]?.[position & MASK] ?? 0;
  }

  slice(start: number, end: number): number[] {
    const last = Math.min(end, this.#length);
    return Array.from({ length: Math.max(0, last - start) }, (_, i) => this.at(start + i));
  }

  /** Where a row number is; null where it is not. */
  indexOf(row: number): number | null {
    if (!this.#ascending) return this.#scan(row);
    const position = this.firstFrom(row);
    return position < this.#length && this.at(position) === row ? position : null;
  }

  /** In an ascending list, the first position with this row number or a greater one; the length where there is none. */
  firstFrom(row: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #scan(row: number): number | null {
    for (const [at, block] of this.#blocks.entries()) {
      const found = block.indexOf(row);
      const position = at * BLOCK + found;
      if (found >= 0 && position < this.#length) return position;
    }
    return null;
  }
}
