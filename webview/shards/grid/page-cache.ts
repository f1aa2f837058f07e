import type { ResultId } from '../../../extension/protocol/queries.ts';
import type { CellKind, Page } from '../../../extension/protocol/shards.ts';
import { BLOCK_ROWS } from '../../../extension/protocol/webview.ts';
import { LoupeError, toLoupeError } from '../../../extension/rpc/failure.ts';
import { blocksInView, MAX_IN_FLIGHT, planRequests, serves, type PageRequest, type Viewport } from './page-plan.ts';

/** Blocks kept; at 20 columns about 400,000 cells. */
export const MAX_BLOCKS = 200;

/** One cell as the grid draws it. `size` is the true size of a cut cell, else 0. */
export interface GridCell {
  readonly text: string;
  readonly kind: CellKind;
  readonly size: number;
  /** Of pictures, and of what may say where one is: the place to ask for them by, a position in what the grid shows. */
  readonly position?: number;
  /** It has an edit that is not saved. */
  readonly edited?: true;
  /** The next save leaves its row out. */
  readonly dropped?: true;
}

export type FetchPage = (request: { start: number; end: number; columns: readonly number[] }, signal: AbortSignal) => Promise<Page>;

interface Block {
  readonly columns: Map<number, BlockColumn>;
  /** Row numbers of the table by offset in the block; of a query's result only. */
  readonly rows: number[];
}

/** Cells of one column in one block, from its first row on. */
interface BlockColumn {
  readonly cells: GridCell[];
  failure?: string;
}

interface Flight {
  readonly request: PageRequest;
  readonly controller: AbortController;
}

/**
 * Pages of a table or of one query's result, by block and column: cells are there or pending, never awaited. The last viewport wins:
 * requests that no longer serve it are aborted, and at most `MAX_IN_FLIGHT` are under way.
 */
export class PageCache {
  /** The result that the pages are of; null for the table itself. */
  readonly result: ResultId | null;
  readonly #fetch: FetchPage;
  readonly #listeners = new Set<() => void>();
  /** In the order of last use, the oldest first. */
  readonly #blocks = new Map<number, Block>();
  /** Cells that are being asked for again. */
  readonly #stale = new Map<number, Block>();
  readonly #flights = new Set<Flight>();
  #view: Viewport = { start: 0, end: 0, columns: [] };
  #rows = 0;
  /** The engine went away: nothing is asked until `resume`. */
  #lost = false;

  constructor(fetch: FetchPage, result: ResultId | null = null) {
    this.#fetch = fetch;
    this.result = result;
  }

  /** Calls back whenever cells came or went. @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get size(): number {
    return this.#blocks.size;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether requests are under way. */
  get busy(): boolean {
    return this.#flights.size > 0;
  }

  /** The number in the table of the row at a position, or undefined while it is pending. */
  rowNumber(position: number): number | undefined {
    if (this.result === null) return position;
    const block = Math.floor(position / BLOCK_ROWS);
    const at = position - block * BLOCK_ROWS;
    return this.#blocks.get(block)?.rows[at] ?? this.#stale.get(block)?.rows[at];
  }

  /** The cell at a position, or undefined while it is pending. */
  cell(row: number, column: number): GridCell | undefined {
    const block = Math.floor(row / BLOCK_ROWS);
    const loaded = this.#blocks.get(block)?.columns.get(column);
    const cell = loaded?.cells[row - block * BLOCK_ROWS];
    if (cell !== undefined) return cell;
    if (loaded?.failure === undefined) return this.#stale.get(block)?.columns.get(column)?.cells[row - block * BLOCK_ROWS];
    return { text: loaded.failure, kind: 'invalid', size: 0 };
  }

  /** Says what is on screen now; what is missing is asked for. */
  show(view: Viewport): void {
    this.#view = view;
    for (const flight of this.#flights) if (!serves(flight.request, view)) this.#abort(flight);
    this.#forgetFailures();
    this.#pump();
  }

  /** Takes a page that came without being asked for, from the beginning of its block on. */
  prime(page: Page): void {
    this.#store({ block: Math.floor(page.start / BLOCK_ROWS), start: page.start }, page);
    this.#changed();
  }

  /** The rows known so far; never fewer than before unless the shard was opened again. */
  grow(rows: number): void {
    if (rows === this.#rows) return;
    this.#rows = rows;
    this.#pump();
  }

  /** The engine is there again: what it took down with it is asked for again. */
  resume(): void {
    this.#lost = false;
    this.#pump();
  }

  /** What the pages are of is gone with the engine; cells stay, nothing is asked any more. */
  lose(): void {
    for (const flight of this.#flights) this.#abort(flight);
    this.#lost = true;
  }

  /** Asks for every cell again; what is there is shown until the new ones come. */
  refresh(): void {
    for (const flight of this.#flights) this.#abort(flight);
    for (const [index, block] of this.#blocks) this.#stale.set(index, block);
    this.#blocks.clear();
    this.#pump();
  }

  /** Forgets every cell: another file, or another version of it. */
  clear(): void {
    for (const flight of this.#flights) this.#abort(flight);
    this.#blocks.clear();
    this.#stale.clear();
    this.#lost = false;
    this.#changed();
    this.#pump();
  }

  dispose(): void {
    this.#view = { start: 0, end: 0, columns: [] };
    for (const flight of this.#flights) this.#abort(flight);
  }

  /** What failed is asked for again when the user comes back to it. */
  #forgetFailures(): void {
    const inView = new Set(blocksInView(this.#view));
    for (const [index, block] of this.#blocks) {
      if (inView.has(index)) continue;
      for (const [column, loaded] of block.columns) if (loaded.failure !== undefined) block.columns.delete(column);
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #abort(flight: Flight): void {
    this.#flights.delete(flight);
    flight.controller.abort();
  }

  #pump(): void {
    if (this.#lost) return;
    const wanted = planRequests(this.#view, this.#rows, (block, column) => this.#loaded(block, column));
    for (const request of wanted) {
      if (this.#flights.size >= MAX_IN_FLIGHT) return;
      void this.#run(request);
    }
  }

  #loaded(block: number, column: number): number {
    for (const { request } of this.#flights) if (request.block === block && request.columns.includes(column)) return Infinity;
    const loaded = this.#blocks.get(block)?.columns.get(column);
    if (loaded?.failure !== undefined) return Infinity;
    return loaded?.cells.length ?? 0;
  }

  async #run(request: PageRequest): Promise<void> {
    const flight: Flight = { request, controller: new AbortController() };
    this.#flights.add(flight);
    try {
      const page = await this.#fetch({ start: request.start, end: request.end, columns: request.columns }, flight.controller.signal);
      if (!this.#flights.has(flight)) return;
      this.#store(request, page);
      // An empty page where rows were promised would be asked for for ever.
      if (page.rowCount === 0) this.#fail(request, new LoupeError('malformed', `No rows came back from row ${request.start + 1} on.`));
    } catch (error) {
      if (!this.#flights.has(flight)) return;
      this.#fail(request, toLoupeError(error));
    }
    this.#flights.delete(flight);
    this.#changed();
    this.#pump();
  }

  #store({ block: index, start }: Pick<PageRequest, 'block' | 'start'>, page: Page): void {
    const block = this.#touch(index);
    const offset = start - index * BLOCK_ROWS;
    page.rows?.forEach((row, i) => (block.rows[offset + i] = row));
    const edited = new Set<string>();
    const { cells = [], dropped = [] } = page.edits ?? {};
    for (let at = 0; at < cells.length; at += 2) edited.add(`${cells[at] ?? 0} ${cells[at + 1] ?? 0}`);
    const gone = new Set(dropped);
    for (const { column, texts, kinds, sizes } of page.columns) {
      const loaded = block.columns.get(column) ?? { cells: [] };
      if (loaded.cells.length !== offset) continue;
      texts.forEach((text, i) => loaded.cells.push(markedCell(gridCell(text, kinds[i] ?? 'text', sizes[i] ?? 0, start + i), edited.has(`${i} ${column}`), gone.has(i))));
      block.columns.set(column, loaded);
    }
  }

  #fail(request: PageRequest, error: LoupeError): void {
    if (error.code === 'cancelled') return;
    if (error.code === 'engine-lost') {
      this.#lost = true;
      return;
    }
    const block = this.#touch(request.block);
    for (const column of request.columns) {
      const loaded = block.columns.get(column) ?? { cells: [] };
      loaded.failure = error.message;
      block.columns.set(column, loaded);
    }
  }

  /** The block, as the one used last; blocks used longest ago make room. */
  #touch(index: number): Block {
    const block: Block = this.#blocks.get(index) ?? { columns: new Map(), rows: [] };
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    const [first, last] = [Math.floor(this.#view.start / BLOCK_ROWS), Math.floor(this.#view.end / BLOCK_ROWS)];
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) break;
      if (oldest < first || oldest > last) this.#blocks.delete(oldest);
    }
    return block;
  }
}

function markedCell(cell: GridCell, edited: boolean, dropped: boolean): GridCell {
  return edited || dropped ? { ...cell, ...(edited ? { edited: true } : {}), ...(dropped ? { dropped: true } : {}) } : cell;
}

/** Kinds of cells that hold a picture or may say where one is. */
const HELD_OR_NAMED: ReadonlySet<CellKind> = new Set<CellKind>(['image', 'text', 'list', 'struct']);

function gridCell(text: string, kind: CellKind, size: number, position: number): GridCell {
  return HELD_OR_NAMED.has(kind) ? { text, kind, size, position } : { text, kind, size };
}
