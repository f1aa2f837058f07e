import type { SetPart } from './part.ts';

/** Rows `[start, end)` of one shard, and where the first of them is in the set. */
export interface PartSpan {
  readonly part: SetPart;
  readonly start: number;
  readonly end: number;
  readonly setStart: number;
}

/** Which rows of a set are whose. Rows are numbered up to the first shard that is not counted yet, and as far as that one is. */
export class RowLayout {
  readonly #parts: readonly SetPart[];
  /** First row of every part up to the frontier, which is included. */
  readonly #starts: number[] = [0];

  constructor(parts: readonly SetPart[]) {
    this.#parts = parts;
  }

  /** The first part whose rows are not all known; the number of parts at the end. */
  get frontier(): number {
    return this.#starts.length - 1;
  }

  get complete(): boolean {
    return this.frontier === this.#parts.length;
  }

  get rows(): number {
    return (this.#starts.at(-1) ?? 0) + (this.#parts[this.frontier]?.rows ?? 0);
  }

  /** Takes in what has been counted since. */
  advance(): void {
    for (let part = this.#parts[this.frontier]; part?.rowsComplete === true; part = this.#parts[this.frontier]) {
      this.#starts.push((this.#starts.at(-1) ?? 0) + part.rows);
    }
  }

  /** First row of a part; of one behind the frontier, where what is known ends. */
  start(place: number): number {
    return this.#starts[place] ?? this.rows;
  }

  /** The known rows of `[start, end)` by shard. */
  spans(start: number, end: number): PartSpan[] {
    const spans: PartSpan[] = [];
    let row = Math.max(0, start);
    const last = Math.min(end, this.rows);
    for (let place = this.#placeOf(row); row < last; place++) {
      const part = this.#parts[place];
      if (part === undefined) break;
      const first = this.start(place);
      const until = Math.min(last, first + part.rows);
      if (until > row) spans.push({ part, start: row - first, end: until - first, setStart: row });
      row = Math.max(row, until);
    }
    return spans;
  }

  /** The last part that begins at or before a row. */
  #placeOf(row: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
