import type { NumpyArray } from '../numpy/numpy-array.ts';

/** Rows that are looked at before a large array is taken to be sorted; one of fewer rows than `CHECKED_ROWS` is looked at whole. */
const SAMPLES = 64;
const CHECKED_ROWS = 65_536;
/** Rows that are read at once at the end of a search. */
const BLOCK_ROWS = 256;
/** Rows of the upper steps of the search that are kept. */
const MAX_KEPT = 100_000;
const BITS = 128n;

/** A sorted array of uids on disk, searched by seeking: what is in memory does not grow with it. */
export class SortedUids {
  readonly #array: NumpyArray;
  readonly #kept = new Map<number, bigint>();
  #block: { readonly start: number; readonly uids: readonly bigint[] } | null = null;

  constructor(array: NumpyArray) {
    this.#array = array;
  }

  get rows(): number {
    return this.#array.header.rows;
  }

  /** Whether rows taken all over the array are in order. */
  async looksSorted(signal: AbortSignal): Promise<boolean> {
    if (this.rows < CHECKED_ROWS) return (await this.firstDisorder(() => Promise.resolve(), signal)) === -1;
    let last = -1n;
    for (let i = 0; i < Math.min(SAMPLES, this.rows); i++) {
      const uid = await this.#at(Math.floor((i * (this.rows - 1)) / Math.max(1, SAMPLES - 1)));
      if (uid < last) return false;
      last = uid;
    }
    return true;
  }

  /** The first row that is smaller than the one before it; -1 where all are in order. */
  async firstDisorder(pause: () => Promise<void>, signal: AbortSignal): Promise<number> {
    let last = -1n;
    for (let start = 0; start < this.rows; start += CHECKED_ROWS) {
      await pause();
      signal.throwIfAborted();
      const count = Math.min(CHECKED_ROWS, this.rows - start);
      const bytes = await this.#array.bytes(start, count * 16);
      for (let i = 0; i < count; i++) {
        const uid = uidAt(bytes, i * 16);
        if (uid < last) return start + i;
        last = uid;
      }
    }
    return -1;
  }

  /** The row of a uid in 32 hexadecimal digits; -1 where it is not there. */
  async find(text: string): Promise<number> {
    if (!/^[0-9a-f]{32}$/.test(text)) return -1;
    const uid = BigInt.asUintN(Number(BITS), BigInt(`0x${text}`));
    let [low, high] = [0, this.rows];
    while (high - low > BLOCK_ROWS) {
      const middle = (low + high) >>> 1;
      if ((await this.#at(middle)) <= uid) low = middle;
      else high = middle;
    }
    const { start, uids } = await this.#readBlock(low, high);
    const found = uids.indexOf(uid);
    return found === -1 ? -1 : start + found;
  }

  async #at(row: number): Promise<bigint> {
    const known = this.#kept.get(row);
    if (known !== undefined) return known;
    const uid = uidAt(await this.#array.bytes(row, 16), 0);
    if (this.#kept.size < MAX_KEPT) this.#kept.set(row, uid);
    return uid;
  }

  async #readBlock(start: number, end: number): Promise<{ readonly start: number; readonly uids: readonly bigint[] }> {
    if (this.#block?.start === start && this.#block.uids.length === end - start) return this.#block;
    const bytes = await this.#array.bytes(start, (end - start) * 16);
    this.#block = { start, uids: Array.from({ length: end - start }, (_, i) => uidAt(bytes, i * 16)) };
    return this.#block;
  }
}

function uidAt(bytes: Buffer, at: number): bigint {
  return (bytes.readBigUInt64LE(at) << 64n) | bytes.readBigUInt64LE(at + 8);
}
