import { query } from '../duckdb/session.ts';

let nextTable = 1;

/** A column of some rows copied into memory as `v`, in the background. */
export class ColumnCopy {
  /** The statement that gives it. */
  readonly from: string;
  readonly #name = `loupe_dragged_${nextTable++}`;
  readonly #stop = new AbortController();
  readonly #making: Promise<void>;
  #whole = false;

  constructor(from: string) {
    this.from = from;
    this.#making = this.#make();
  }

  /** The table; null until it is whole, and for good where it could not be made: then the rows are counted where they are. */
  get table(): string | null {
    return this.#whole ? this.#name : null;
  }

  /** Waits until it is whole, or will never be. */
  settled(): Promise<void> {
    return this.#making;
  }

  async drop(): Promise<void> {
    this.#stop.abort();
    await this.#making;
    this.#whole = false;
    await query(`DROP TABLE IF EXISTS ${this.#name}`, []).catch(() => undefined);
  }

  async #make(): Promise<void> {
    this.#whole = await query(`CREATE TABLE ${this.#name} AS ${this.from}`, [], { signal: this.#stop.signal }).then(
      () => true,
      () => false,
    );
  }
}
