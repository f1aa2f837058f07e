import type { Value } from '../../../protocol/values.ts';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import type { Leaf } from '../parquet-pages/layout.ts';
import { encodePage } from './encode-page.ts';
import type { ChunkEdits } from './rewrite-chunk.ts';
import type { WrittenColumn } from './written-column.ts';

/** Bytes of old pages whose rows are read at once, and the rows that that may be. */
const READ_BYTES = 16 * 1024 * 1024;
const [LEAST_READ, MOST_READ] = [1_000, 50_000];
/** Rows of one page, and about the bytes of its values. */
const PAGE_ROWS = 20_000;
const PAGE_BYTES = 1024 * 1024;

/** A column in one row group. */
export interface ColumnJob {
  readonly column: WrittenColumn;
  readonly leaves: readonly Leaf[];
  /** The row group. */
  readonly group: number;
  /** Its rows. */
  readonly rows: number;
  /** By leaf. */
  readonly edits: readonly ChunkEdits[];
  /** Values of rows `[start, end)` of the row group. */
  readonly read: (start: number, end: number) => Promise<readonly Value[]>;
}

/** A column chunk of new pages only. */
export interface WrittenChunk {
  readonly pieces: readonly Buffer[];
  readonly size: number;
  /** Bytes of header and expanded body of all pages. */
  readonly expanded: number;
  readonly values: number;
  readonly nulls: number;
}

/**
 * The chunks of a column in one row group, by leaf, made of its values: for those whose pages cannot be taken apart.
 * @throws EditFault where a value cannot be written as it is read
 */
export async function writeChunks({ column, leaves, group, rows, edits, read }: ColumnJob, signal: AbortSignal): Promise<WrittenChunk[]> {
  const chunks = leaves.map((leaf) => new ChunkPages(leaf, leaf.chunks[group]?.codec ?? 'UNCOMPRESSED'));
  const size = leaves.reduce((sum, leaf) => sum + (leaf.chunks[group]?.size ?? 0), 0);
  const batch = Math.min(MOST_READ, Math.max(LEAST_READ, Math.floor((rows * READ_BYTES) / Math.max(1, size))));
  for (let start = 0; start < rows; start += batch) {
    const end = Math.min(rows, start + batch);
    const values = await read(start, end);
    for (let row = start; row < end; row++) {
      signal.throwIfAborted();
      // What is edited is known already, and what goes need not be written.
      const isEdited = edits.some((each) => each.has(row));
      const places = isEdited ? [] : column.places(values[row - start] ?? null);
      for (const [leaf, chunk] of chunks.entries()) {
        chunk.add(isEdited ? (edits[leaf]?.get(row) ?? null) : (places[leaf] ?? null));
        if (chunk.isFull) await chunk.flush();
      }
    }
  }
  return Promise.all(chunks.map((chunk) => chunk.end()));
}

/** Gathers places to pages. */
class ChunkPages {
  readonly #leaf: Leaf;
  readonly #codec: string;
  readonly #pieces: Buffer[] = [];
  #places: Slot[] = [];
  #rows = 0;
  #bytes = 0;
  #expanded = 0;
  #values = 0;
  #nulls = 0;

  constructor(leaf: Leaf, codec: string) {
    this.#leaf = leaf;
    this.#codec = codec;
  }

  /** Whether what is gathered is a page. */
  get isFull(): boolean {
    return this.#rows >= PAGE_ROWS || this.#bytes >= PAGE_BYTES;
  }

  /** @param row its places; null for a row that goes */
  add(row: readonly Slot[] | null): void {
    if (row === null) return;
    for (const place of row) {
      this.#places.push(place);
      this.#bytes += place.bytes?.length ?? 0;
      if (place.bytes === null) this.#nulls++;
    }
    this.#rows++;
  }

  async end(): Promise<WrittenChunk> {
    await this.flush();
    return { pieces: this.#pieces, size: this.#pieces.reduce((sum, { length }) => sum + length, 0), expanded: this.#expanded, values: this.#values, nulls: this.#nulls };
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    if (this.#rows === 0) return;
    const page = await encodePage(this.#places, this.#leaf, { isSecond: false, hasChecksum: false, codec: this.#codec });
    this.#pieces.push(page.bytes);
    this.#expanded += page.expanded;
    this.#values += this.#places.length;
    this.#places = [];
    this.#rows = this.#bytes = 0;
  }
}
