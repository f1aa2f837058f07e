/** Rows whose place is remembered. */
const MAX_ROWS = 10_000;

/** Which of a row's pictures its tile shows, by the row's number in the table. */
export class Pager {
  readonly #places = new Map<number, number>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** 0-based. */
  place(row: number): number {
    return this.#places.get(row) ?? 0;
  }

  /** One picture on or back, round and round. @param count pictures of the row */
  turn(row: number, step: number, count: number): void {
    if (count < 2) return;
    const to = (Math.min(this.place(row), count - 1) + step + count) % count;
    this.#places.delete(row);
    this.#places.set(row, to);
    for (const oldest of this.#places.keys()) {
      if (this.#places.size <= MAX_ROWS) break;
      this.#places.delete(oldest);
    }
    for (const listener of this.#listeners) listener();
  }
}
