/** Keys that one index takes: at 12 bytes a place it is about 200 MB then. */
export const MAX_KEYS = 8 * 1024 * 1024;

const FIRST_CAPACITY = 1_024;
/** Share of the places that may be taken. */
const MAX_LOAD = 0.6;
const EMPTY = 0xffffffff;

/** Finds a row by a key's text, in 12 bytes a place: a 64-bit hash and the row. Whoever needs certainty compares the keys. */
export class KeyIndex {
  size = 0;
  #capacity = FIRST_CAPACITY;
  #high = new Uint32Array(FIRST_CAPACITY);
  #low = new Uint32Array(FIRST_CAPACITY);
  #rows = new Uint32Array(FIRST_CAPACITY).fill(EMPTY);

  /** Answers false where the key is there already; the row that came first stays. */
  add(key: string, row: number): boolean {
    if (this.size >= this.#capacity * MAX_LOAD) this.#grow();
    const [high, low] = hash(key);
    const place = this.#place(high, low);
    if (this.#rows[place] !== EMPTY) return false;
    this.#put(place, high, low, row);
    this.size++;
    return true;
  }

  /** The key's row; -1 where there is none. */
  get(key: string): number {
    const row = this.#rows[this.#place(...hash(key))] ?? EMPTY;
    return row === EMPTY ? -1 : row;
  }

  #place(high: number, low: number): number {
    const mask = this.#capacity - 1;
    let place = low & mask;
    while (this.#rows[place] !== EMPTY && (this.#high[place] !== high || this.#low[place] !== low)) place = (place + 1) & mask;
    return place;
  }

  #put(place: number, high: number, low: number, row: number): void {
    this.#high[place] = high;
    this.#low[place] = low;
    this.#rows[place] = row;
  }

  #grow(): void {
    const [highs, lows, rows] = [this.#high, this.#low, this.#rows];
    this.#capacity *= 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#rows = new Uint32Array(this.#capacity).fill(EMPTY);
    for (const [at, row] of rows.entries()) {
      const [high, low] = [highs[at] ?? 0, lows[at] ?? 0];
      if (row !== EMPTY) this.#put(this.#place(high, low), high, low, row);
    }
  }
}

/** Two multiplicative hashes with different seeds, mixed into each other at the end. */
function hash(text: string): [high: number, low: number] {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return [high >>> 0, low >>> 0];
}
