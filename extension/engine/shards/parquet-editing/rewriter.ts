import type { CellChange, ColumnTarget } from '../../../protocol/edits.ts';
import { WHOLE_LIMITS } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { EditSet } from '../../edits/edit-set.ts';
import type { Splices } from '../../saving/splice.ts';
import { readJson } from '../jsonl/json-reader.ts';
import type { ParquetFile, ParquetTable } from '../parquet/table.ts';
import { askColumns } from '../parquet-pages/ask-pages.ts';
import type { ColumnLayout } from '../parquet-pages/layout.ts';
import type { Rewriter } from '../rewriter.ts';
import type { Shard } from '../shard.ts';
import { FileSource } from '../source.ts';
import { EditFault } from './edit-fault.ts';
import { EditedFooter, footerOffset } from './edited-footer.ts';
import { canCompress } from './compress-page.ts';
import { parquetSplices } from './save-parquet.ts';
import { WrittenColumn } from './written-column.ts';

/** Columns that are asked about together. */
const BATCH = 64;
const UNKNOWN = 'Its footer was not read yet.';

/** What rewriting needs of an open Parquet shard. */
export interface ParquetRewriterParts {
  readonly file: ParquetFile;
  readonly table: ParquetTable;
  readonly read: Shard['read'];
  readonly readRows: Shard['readRows'];
  /** Fires when the shard is closed. */
  readonly signal: AbortSignal;
}

/** How edits go into a Parquet file: the pages that hold them are written anew behind the others, and a footer that knows them. */
export class ParquetRewriter implements Rewriter {
  readonly path: string;
  readonly compression = 'none';
  readonly #parts: ParquetRewriterParts;
  #columns: readonly (WrittenColumn | string)[];
  #described: Promise<void> | null = null;

  constructor(parts: ParquetRewriterParts) {
    this.#parts = parts;
    this.path = parts.file.path;
    this.#columns = parts.table.columns.map(() => UNKNOWN);
  }

  targets(): ColumnTarget[] {
    return this.#parts.table.columns.map(({ name }, index): ColumnTarget => {
      const column = this.#columns[index] ?? UNKNOWN;
      return typeof column === 'string' ? { readOnly: column } : { path: [name] };
    });
  }

  ready(): Promise<void> {
    this.#described ??= this.#describe();
    return this.#described;
  }

  check({ path, new: value }: CellChange): void {
    const index = this.#parts.table.columns.findIndex(({ name }) => name === path[0]);
    const column = this.#columns[index] ?? 'There is no such column.';
    if (typeof column === 'string') throw new LoupeError('unsupported', column, { path: this.path });
    // What a place inside becomes is known together with what is around it: at the save.
    if (path.length > 1) return;
    try {
      column.places('json' in value ? readJson(Buffer.from(value.json), WHOLE_LIMITS).value : null);
    } catch (error) {
      if (error instanceof EditFault) throw new LoupeError('unsupported', `${String(path[0])}: ${error.message}.`, { path: this.path, cause: error });
      throw error;
    }
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#parts.file.checkUnchanged();
    await this.ready();
    signal.throwIfAborted();
  }

  /** @param chunks whether whole chunks are written even where a few pages would do */
  async *splices(edits: EditSet, signal: AbortSignal, chunks: 'by page' | 'anew' = 'by page'): Splices {
    if (edits.isEmpty) return;
    const source = await FileSource.open(this.path);
    try {
      const { table, read, readRows } = this.#parts;
      const work = { source, table, columns: this.#columns, read, readRows, edits, isAnew: chunks === 'anew' };
      yield* parquetSplices(work, signal);
    } finally {
      await source.close();
    }
  }

  async #describe(): Promise<void> {
    const { table, signal } = this.#parts;
    const names = new Map<string, number>();
    for (const { name } of table.columns) names.set(name, (names.get(name) ?? 0) + 1);
    const refusal = await this.#refusal();
    if (refusal !== null) {
      this.#columns = table.columns.map(() => refusal);
      return;
    }
    const columns: (WrittenColumn | string)[] = [];
    for (let from = 0; from < table.columns.length; from += BATCH) {
      const batch = table.columns.slice(from, from + BATCH);
      const layouts = await askColumns(this.path, batch.map((_, at) => from + at), table.columns.length, signal);
      for (const [at, { name, type }] of batch.entries()) {
        const column = (names.get(name) ?? 0) > 1 ? 'Two columns have this name.' : (whyNot(layouts[at] ?? null, table) ?? WrittenColumn.of(withoutChunks(layouts[at] ?? null), type));
        columns.push(typeof column === 'string' ? `${name} is not edited. ${column}` : column);
      }
    }
    this.#columns = columns;
  }

  /** Why nothing in the file can be written. */
  async #refusal(): Promise<string | null> {
    const source = await FileSource.open(this.path);
    try {
      const { refusal } = await EditedFooter.of(source, await footerOffset(source));
      return refusal === null ? null : `The file cannot be edited: ${refusal}.`;
    } catch (error) {
      if (error instanceof EditFault) return `The file cannot be edited: ${error.message}.`;
      return 'The file cannot be edited: its footer is damaged.';
    } finally {
      await source.close();
    }
  }
}

/** Why a column cannot be written whatever its type is. */
function whyNot(layout: ColumnLayout | null, table: ParquetTable): string | null {
  if (layout === null) return 'The footer does not describe it well enough.';
  if (layout.rowCounts.reduce((sum, count) => sum + count, 0) !== table.rows) return 'The row groups have other rows than the table.';
  for (const { chunks } of layout.leaves) {
    for (const chunk of chunks) {
      if (chunk === null) return 'The footer does not tell where its pages are.';
      if (!canCompress(chunk.codec)) return `It is compressed as ${chunk.codec}, which Loupe does not write.`;
    }
  }
  return null;
}

/** Where its pages are is asked again when it is saved: of many columns and row groups that is much. */
function withoutChunks(layout: ColumnLayout | null): ColumnLayout {
  if (layout === null) throw new LoupeError('internal', 'A column without a layout is not written.');
  return { ...layout, leaves: layout.leaves.map((leaf) => ({ ...leaf, chunks: [] })) };
}
