import type { Page } from '../../../extension/protocol/shards.ts';
import type { GridCell } from '../grid/page-cache.ts';

/** Rows that are asked for at a time, and blocks of them that are kept. */
const BLOCK = 100;
const MAX_BLOCKS = 60;

type FetchPage = (start: number, end: number, signal: AbortSignal) => Promise<Page>;

/** The rows of a result that are here, by blocks; those that are not are asked for. */
export class ResultPages {
  readonly #fetch: FetchPage;
  readonly #rows: number;
  readonly #failed: (error: unknown) => void;
  readonly #listeners = new Set<() => void>();
  readonly #blocks = new Map<number, readonly (readonly GridCell[])[]>();
  readonly #asked = new Set<number>();
  readonly #stop = new AbortController();
  #version = 0;

  constructor(rows: number, fetch: FetchPage, failed: (error: unknown) => void) {
    this.#rows = rows;
    this.#fetch = fetch;
    this.#failed = failed;
  }

  /** Counts changes. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  row(number: number): readonly GridCell[] | undefined {
    return this.#blocks.get(Math.floor(number / BLOCK))?.[number % BLOCK];
  }

  /** Asks for rows `[start, end)` that are not here. */
  want(start: number, end: number): void {
    for (let block = Math.floor(start / BLOCK); block * BLOCK < Math.min(end, this.#rows); block++) {
      if (!this.#blocks.has(block) && !this.#asked.has(block)) void this.#load(block);
    }
  }

  /** What was asked for is not wanted any more. */
  close(): void {
    this.#stop.abort();
  }

  async #load(block: number): Promise<void> {
    this.#asked.add(block);
    try {
      this.#keep(block, await this.#read(block * BLOCK, Math.min(this.#rows, (block + 1) * BLOCK)));
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#failed(error);
    } finally {
      this.#asked.delete(block);
    }
  }

  /** A page may hold fewer rows than asked for, where they are long. */
  async #read(start: number, end: number): Promise<GridCell[][]> {
    const rows: GridCell[][] = [];
    while (start + rows.length < end) {
      const page = await this.#fetch(start + rows.length, end, this.#stop.signal);
      if (page.rowCount === 0) break;
      for (let row = 0; row < page.rowCount; row++) {
        rows.push(page.columns.map(({ texts, kinds, sizes }) => ({ text: texts[row] ?? '', kind: kinds[row] ?? 'null', size: sizes[row] ?? 0 })));
      }
    }
    return rows;
  }

  #keep(block: number, rows: readonly (readonly GridCell[])[]): void {
    this.#blocks.set(block, rows);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MAX_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    this.#version++;
    for (const listener of [...this.#listeners]) listener();
  }
}
