import { basename } from 'node:path';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import { splitByRowGroup, type RowGroupRows } from '../parquet/row-groups.ts';
import { assemble } from './assemble.ts';
import { ChunkReader, type PagedFile } from './chunk-reader.ts';
import type { ColumnShape } from './column-shape.ts';
import type { ColumnLayout } from './layout.ts';
import { PageFault } from './page-fault.ts';

/** A column of bytes or texts, or of structs and lists of them, read by page. */
export class PagedColumn {
  readonly #file: PagedFile;
  readonly #layout: ColumnLayout;
  readonly #shape: ColumnShape;

  constructor(file: PagedFile, layout: ColumnLayout, shape: ColumnShape) {
    this.#file = file;
    this.#layout = layout;
    this.#shape = shape;
  }

  /** Bytes of the chunks that hold these rows, ascending. */
  chunkBytes(rows: readonly number[]): number {
    return this.#readersOf(rows).reduce((sum, { reader }) => sum + reader.size, 0);
  }

  /** Bytes of the pages that hold these rows, ascending. @throws LoupeError */
  async pageBytes(rows: readonly number[]): Promise<number> {
    const costs = await Promise.all(this.#readersOf(rows).map(({ reader, part }) => reader.cost(part.rows)));
    return costs.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** The values of these rows, ascending. @throws LoupeError where a page is damaged or not for this reader */
  async read(rows: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[]> {
    const values: Value[] = [];
    for (const part of this.#parts(rows)) {
      signal.throwIfAborted();
      // All readers first: where one is missing, none may have begun that nobody waits for.
      const readers = this.#layout.leaves.map((_, leaf) => this.#reader(part.group, leaf));
      const leaves = await Promise.all(readers.map((reader) => reader.slots(part.rows, signal)));
      for (const index of part.rows.keys()) values.push(this.#value(leaves.map((slots) => slots[index] ?? []), part, index, limits));
    }
    return values;
  }

  #value(leaves: Parameters<typeof assemble>[1], { group, rows }: RowGroupRows, index: number, limits: ValueLimits): Value {
    try {
      return assemble(this.#shape, leaves, limits);
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      const place = `row group ${group + 1}, column ${this.#layout.root.name}, row ${(rows[index] ?? 0) + 1}`;
      throw new LoupeError(error.code, `${basename(this.#file.path)} (${place}): ${error.message}.`, { path: this.#file.path, place, cause: error });
    }
  }

  #readersOf(rows: readonly number[]): { readonly reader: ChunkReader; readonly part: RowGroupRows }[] {
    return this.#parts(rows).flatMap((part) => this.#layout.leaves.map((_, leaf) => ({ reader: this.#reader(part.group, leaf), part })));
  }

  #parts(rows: readonly number[]): RowGroupRows[] {
    return splitByRowGroup(this.#layout.rowCounts, rows);
  }

  #reader(group: number, index: number): ChunkReader {
    const leaf = this.#layout.leaves[index];
    const chunk = leaf?.chunks[group];
    if (leaf === undefined || !chunk) {
      const place = `row group ${group + 1}, column ${leaf?.name ?? this.#layout.root.name}`;
      throw new LoupeError('unsupported', `${basename(this.#file.path)} (${place}): the footer does not tell where its pages are.`, { path: this.#file.path, place });
    }
    return new ChunkReader(this.#file, { leaf, chunk, group, rows: this.#layout.rowCounts[group] ?? 0, key: `${index}/${group}` });
  }
}
