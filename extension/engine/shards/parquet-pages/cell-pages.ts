import { GRID_LIMITS, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { toLoupeError } from '../../../rpc/failure.ts';
import { orAbort } from '../../or-abort.ts';
import type { ParquetFile, ParquetTable, WantedRows } from '../parquet/table.ts';
import { askColumns } from './ask-pages.ts';
import type { PagedFile } from './chunk-reader.ts';
import { columnShape, holdsBytes, isReadByPage } from './column-shape.ts';
import { FileUses } from './file-uses.ts';
import type { ColumnLayout } from './layout.ts';
import { PageCache } from './page-cache.ts';
import { PagedColumn } from './paged-column.ts';

/** DuckDB reads smaller chunks whole in less time than their pages are looked up. */
const MIN_CHUNK_BYTES = 8 * 1024 * 1024;
/** The pages are to be so much less than their chunks. */
const MIN_GAIN = 3;
/** More rows are no single cells any more. */
const MAX_ROWS = 1_024;

/** Decoded pages of all open files together. */
const cache = new PageCache(64 * 1024 * 1024);
let files = 0;

/** Why a column is not read by page at all, in words for the log and tests. */
export interface NotByPage {
  readonly reason: string;
}

/** Columns by their index in the table, with the values of the rows asked for. */
export type CellsByColumn = ReadonlyMap<number, Value[]>;

/**
 * Big cells of one Parquet file: those for which DuckDB would read a whole column chunk, where a few pages hold what is
 * wanted. Whatever is not better read so, or cannot be, is left to DuckDB, which also says what is wrong with the file.
 */
export class CellPages {
  readonly #file: ParquetFile;
  readonly #table: ParquetTable;
  readonly #paged: PagedFile;
  readonly #columns = new Map<number, Promise<PagedColumn | NotByPage>>();

  /** @param signal fires when the shard is closed */
  constructor(file: ParquetFile, table: ParquetTable, signal: AbortSignal) {
    this.#file = file;
    this.#table = table;
    this.#paged = { path: file.path, uses: new FileUses(file.path), cache, key: `${files++}`, signal };
    signal.addEventListener('abort', () => cache.forget(`${this.#paged.key}/`), { once: true });
  }

  get bytesRead(): number {
    return this.#paged.uses.bytesRead;
  }

  /**
   * The columns that are better read by page, with their values of the rows.
   * @throws LoupeError `changed`, `not-found`, `no-permission`, `cancelled`
   */
  read(columns: readonly number[], wanted: WantedRows, limits: ValueLimits, signal: AbortSignal): Promise<CellsByColumn> {
    const rows = rowNumbers(wanted);
    const candidates = rows === null || this.#file.isSmall(this.#table) ? [] : columns.filter((column) => this.#mayPay(column, limits));
    if (rows === null || candidates.length === 0) return Promise.resolve(new Map());
    // What is asked of the child and read of a page is kept for others; only the waiting ends.
    return orAbort(this.#read(candidates, rows, limits, signal), signal);
  }

  /** The readers of these columns, or why there is none. */
  columns(indices: readonly number[]): Promise<(PagedColumn | NotByPage)[]> {
    const missing = indices.filter((index) => !this.#columns.has(index));
    if (missing.length > 0) {
      const asked = this.#describe(missing);
      for (const [at, index] of missing.entries()) this.#columns.set(index, asked.then((columns) => columns[at] ?? NO_COLUMN));
    }
    return Promise.all(indices.map(async (index) => (await this.#columns.get(index)) ?? NO_COLUMN));
  }

  async #read(candidates: readonly number[], rows: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<CellsByColumn> {
    await this.#file.checkUnchanged();
    const found = new Map<number, Value[]>();
    for (const [index, column] of (await this.columns(candidates)).entries()) {
      signal.throwIfAborted();
      const number = candidates[index] ?? -1;
      const values = column instanceof PagedColumn ? await this.#values(column, number, rows, limits, signal) : null;
      if (values !== null) found.set(number, values);
    }
    return found;
  }

  /** Null where DuckDB is to read the column. */
  async #values(column: PagedColumn, index: number, rows: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[] | null> {
    try {
      const whole = column.chunkBytes(rows);
      if (whole < MIN_CHUNK_BYTES || (await column.pageBytes(rows)) > whole / MIN_GAIN) return null;
      return await column.read(rows, limits, signal);
    } catch (error) {
      const failure = toLoupeError(error);
      // A column that is damaged once is not tried again: to find that out may take a child process seconds.
      if (failure.code === 'malformed' || failure.code === 'unsupported') this.#columns.set(index, Promise.resolve({ reason: failure.message }));
      else if (failure.code !== 'too-large') throw failure;
      return null;
    }
  }

  /** Short texts for the grid are DuckDB's: a screen of them takes it no longer. */
  #mayPay(index: number, limits: ValueLimits): boolean {
    const type = this.#table.columns[index]?.type;
    return type !== undefined && isReadByPage(type) && (holdsBytes(type) || limits.text > GRID_LIMITS.text);
  }

  async #describe(indices: readonly number[]): Promise<(PagedColumn | NotByPage)[]> {
    const layouts = await askColumns(this.#paged.path, indices, this.#table.columns.length, this.#paged.signal);
    return layouts.map((layout, at) => this.#column(layout, indices[at] ?? -1));
  }

  #column(layout: ColumnLayout | null, index: number): PagedColumn | NotByPage {
    const type = this.#table.columns[index]?.type;
    if (type === undefined || !isReadByPage(type)) return { reason: 'it holds other values than bytes and texts' };
    if (layout === null) return { reason: 'the footer does not describe it' };
    if (layout.rowCounts.reduce((sum, count) => sum + count, 0) !== this.#table.rows) return { reason: 'the row groups have other rows than the table' };
    const shape = columnShape(layout, type);
    return shape === null ? { reason: 'its schema does not fit its type' } : new PagedColumn({ ...this.#paged, key: `${this.#paged.key}/${index}` }, layout, shape);
  }
}

const NO_COLUMN: NotByPage = { reason: 'there is no such column' };

function rowNumbers(wanted: WantedRows): readonly number[] | null {
  if (!('start' in wanted)) return wanted.length <= MAX_ROWS ? wanted : null;
  const { start, end } = wanted;
  return end - start > MAX_ROWS ? null : Array.from({ length: end - start }, (_, index) => start + index);
}
