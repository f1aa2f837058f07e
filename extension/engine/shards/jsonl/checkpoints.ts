import type { Checkpoint } from './scanner.ts';

/** Bytes between two checkpoints at the beginning. */
export const SPACING = 64 * 1024;
/** More checkpoints than this are thinned: 24 MiB of memory is enough for a file of any size. */
const LIMIT = 1024 * 1024;

/**
 * Where records begin, one about every 64 KiB of text, so that memory follows the size of the file slowly and
 * the length of its lines not at all.
 */
export class Checkpoints {
  #spacing: number;
  readonly #limit: number;
  #count = 0;
  #rows = new Float64Array(64);
  #lines = new Float64Array(64);
  #offsets = new Float64Array(64);
  /** The first offset that is worth a checkpoint. */
  #due = -1;

  constructor(spacing = SPACING, limit = LIMIT) {
    this.#spacing = spacing;
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  /** Notes a record's beginning where enough bytes passed since the last one; answers whether it did. */
  note(row: number, line: number, offset: number): boolean {
    if (offset < this.#due) return false;
    if (this.#count === this.#limit) this.#thin();
    if (this.#count === this.#rows.length) this.#grow();
    this.#rows[this.#count] = row;
    this.#lines[this.#count] = line;
    this.#offsets[this.#count] = offset;
    this.#count++;
    this.#due = offset + this.#spacing;
    return true;
  }

  /** The last checkpoint at or before a row; null before the first. */
  before(row: number): Checkpoint | null {
    const at = this.#last(row);
    return at < 0 ? null : this.#at(at);
  }

  /** The checkpoint of exactly this row, if it has one. */
  exact(row: number): Checkpoint | null {
    const found = this.before(row);
    return found?.row === row ? found : null;
  }

  #at(index: number): Checkpoint {
    return { row: this.#rows[index] ?? 0, line: this.#lines[index] ?? 0, offset: this.#offsets[index] ?? 0 };
  }

  #last(row: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #grow(): void {
    const size = Math.min(this.#limit, this.#rows.length * 2);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(size);
      larger.set(old);
      return larger;
    };
    this.#rows = grown(this.#rows);
    this.#lines = grown(this.#lines);
    this.#offsets = grown(this.#offsets);
  }

  /** Keeps every other checkpoint. */
  #thin(): void {
    for (const column of [this.#rows, this.#lines, this.#offsets]) {
      for (let index = 0; index * 2 < this.#count; index++) column[index] = column[index * 2] ?? 0;
    }
    this.#count = Math.ceil(this.#count / 2);
    this.#spacing *= 2;
  }
}
