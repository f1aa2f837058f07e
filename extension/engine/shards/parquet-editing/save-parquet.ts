import { basename } from 'node:path';
import type { CellChange, CellPath } from '../../../protocol/edits.ts';
import { WHOLE_LIMITS, type Value } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { EditSet } from '../../edits/edit-set.ts';
import type { Splices } from '../../saving/splice.ts';
import { splitByRowGroup, type RowGroupRows } from '../parquet/row-groups.ts';
import type { ParquetTable } from '../parquet/table.ts';
import { askColumns } from '../parquet-pages/ask-pages.ts';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import type { ColumnLayout } from '../parquet-pages/layout.ts';
import { PageFault } from '../parquet-pages/page-fault.ts';
import { ThriftFault } from '../parquet-pages/thrift.ts';
import type { Shard } from '../shard.ts';
import type { ByteSource } from '../source.ts';
import { AddedColumn } from './added-column.ts';
import { canCompress } from './compress-page.ts';
import { EditFault } from './edit-fault.ts';
import { EditedFooter, footerOffset, TAIL, type EditedGroup } from './edited-footer.ts';
import { editedValues } from './edited-values.ts';
import { keptEnd } from './kept-end.ts';
import { rewriteChunk, type ChunkEdits, type Piece } from './rewrite-chunk.ts';
import { orderOf } from './widened-statistics.ts';
import { writeChunks } from './write-chunks.ts';
import type { WrittenColumn } from './written-column.ts';

const NOTHING = Buffer.alloc(0);

/** Bytes that are moved at a time. */
const MOVED = 4 * 1024 * 1024;

export interface ParquetWork {
  readonly source: ByteSource;
  readonly table: ParquetTable;
  /** How each column is written; a reason where it is not. */
  readonly columns: readonly (WrittenColumn | string)[];
  readonly read: Shard['read'];
  readonly readRows: Shard['readRows'];
  readonly edits: EditSet;
  /** Chunks are written anew even where their pages allow better. */
  readonly isAnew: boolean;
}

/** What one row group's chunks become, by column and leaf. */
type GroupEdits = ReadonlyMap<number, readonly ChunkEdits[]>;

type ChunkPlan = Map<number, readonly Slot[] | null>;

/** A chunk with edits in it. */
interface MadeChunk {
  readonly pieces: readonly Piece[];
  readonly size: number;
  readonly expandedBy: number;
  readonly valuesBy: number;
  readonly nullsBy: number;
  readonly isAnew: boolean;
}

/** A row group of which something is edited; `first` is the file's number of its first row. */
interface EditedPart extends RowGroupRows {
  readonly first: number;
}

/**
 * What replaces the end of a Parquet file: chunks with edits behind all that stays, and the new footer.
 * @throws LoupeError `conflict`, `unsupported`, `malformed`, `too-large`
 */
export async function* parquetSplices(work: ParquetWork, signal: AbortSignal): Splices {
  try {
    yield* new ParquetSave(work, signal).splices();
  } catch (error) {
    if (error instanceof LoupeError || !(error instanceof Error) || error.name === 'AbortError') throw error;
    const { path } = work.source;
    const code = error instanceof PageFault ? error.code : error instanceof ThriftFault ? 'malformed' : error instanceof EditFault ? 'unsupported' : 'internal';
    throw new LoupeError(code, `${basename(path)}: ${error.message}; nothing was saved.`, { path, cause: error });
  }
}

class ParquetSave {
  readonly #work: ParquetWork;
  readonly #signal: AbortSignal;
  #added: readonly AddedColumn[] = [];
  #layouts: ReadonlyMap<number, ColumnLayout> = new Map();
  /** Where the bytes begin that are replaced, and where the new file ends so far. */
  #cut = 0;
  #end = 0;

  constructor(work: ParquetWork, signal: AbortSignal) {
    this.#work = work;
    this.#signal = signal;
  }

  async *splices(): Splices {
    const { source, edits } = this.#work;
    const footerStart = await footerOffset(source);
    const footer = await this.#footer(footerStart);
    const parts = this.#parts(footer);
    this.#layouts = await this.#layoutsOf(this.#touchedColumns(edits.rows()));
    const replaced = new Map(parts.map((part) => [part.group, this.#leavesOf(this.#touchedColumns(part.rows.map((row) => part.first + row)))]));
    this.#cut = this.#end = keptEnd(footer, footerStart, (group, leaf) => replaced.get(group)?.has(leaf) ?? false);
    // Nothing before it changes: it is copied while the first pages are encoded.
    yield { start: this.#cut, end: this.#cut, bytes: NOTHING, replaces: null };
    for (const part of parts) yield* this.#group(footer, part);
    if (this.#added.length > 0) yield* this.#addChunks(footer);
    yield* this.#moveForReaders(footer);
    const bytes = footer.encode();
    const tail = Buffer.alloc(TAIL);
    tail.writeUInt32LE(bytes.length);
    tail.write('PAR1', 4, 'latin1');
    yield { start: this.#cut, end: source.byteLength, bytes: Buffer.concat([bytes, tail]), replaces: null };
  }

  async #footer(start: number): Promise<EditedFooter> {
    const { source, edits, table } = this.#work;
    const footer = await EditedFooter.of(source, start);
    if (footer.refusal !== null) throw new EditFault(footer.refusal);
    this.#added = addedColumns(edits, table);
    if (this.#added.length > 0) footer.addColumns(this.#added);
    if (footer.groups.reduce((sum, { rows }) => sum + rows, 0) !== table.rows) throw new EditFault('its footer counts other rows than it has');
    return footer;
  }

  #parts(footer: EditedFooter): EditedPart[] {
    const counts = footer.groups.map(({ rows }) => rows);
    const rows = this.#work.edits.rows();
    const last = rows.at(-1) ?? 0;
    if (last >= this.#work.table.rows) throw this.#fault('conflict', last, 'there is no such row any more');
    const firsts = counts.map((_, group) => counts.slice(0, group).reduce((sum, count) => sum + count, 0));
    return splitByRowGroup(counts, rows).map((part) => ({ ...part, first: firsts[part.group] ?? 0 }));
  }

  /** Columns of which anything is edited in these rows; all where one of them goes. */
  #touchedColumns(rows: readonly number[]): number[] {
    const { edits, table } = this.#work;
    if (rows.some((row) => edits.of(row).dropped)) return [...table.columns.keys()];
    const touched = new Set(rows.flatMap((row) => this.#ownCells(row).map(({ path }) => this.#columnOf(path, row))));
    return [...touched].sort((a, b) => a - b);
  }

  /** A row's changes of columns that the file has. */
  #ownCells(row: number): readonly CellChange[] {
    const { cells } = this.#work.edits.of(row);
    return this.#added.length === 0 ? cells : cells.filter(({ path }) => !this.#added.some(({ name }) => name === path[0]));
  }

  /** Every row group gets a chunk of each added column. */
  async *#addChunks(footer: EditedFooter): Splices {
    let first = 0;
    for (const group of footer.groups) {
      const codec = canCompress(group.codec) ? group.codec : 'UNCOMPRESSED';
      for (const column of this.#added) {
        const values = this.#addedValues(column, first, group.rowsBefore);
        for (const [at, leaf] of column.leaves.entries()) {
          const chunk = await column.chunk(at, group.rows, values, codec);
          if (chunk.pages.length === 0) continue;
          const start = this.#end;
          for (const page of chunk.pages) yield* this.#put(page);
          group.add(column.pathOf(at), leaf.physical, chunk, start, codec);
        }
      }
      first += group.rowsBefore;
    }
  }

  /** What was typed into an added column, by the row's number in its group when dropped rows are gone. */
  #addedValues(column: AddedColumn, first: number, rows: number): ReadonlyMap<number, readonly (readonly Slot[])[]> {
    const values = new Map<number, readonly (readonly Slot[])[]>();
    let dropped = 0;
    for (const row of this.#work.edits.rows()) {
      if (row < first || row >= first + rows) continue;
      const edits = this.#work.edits.of(row);
      if (edits.dropped) dropped++;
      const typed = edits.dropped ? undefined : edits.cells.findLast(({ path }) => path[0] === column.name);
      if (typed === undefined) continue;
      try {
        values.set(row - first - dropped, column.places(typed.new));
      } catch (error) {
        if (error instanceof EditFault) throw this.#fault('unsupported', row, `${column.name}: ${error.message}`);
        throw error;
      }
    }
    return values;
  }

  #leavesOf(columns: readonly number[]): ReadonlySet<number> {
    return new Set(columns.flatMap((column) => {
      const { firstLeaf = 0, leaves = [] } = this.#layouts.get(column) ?? {};
      return leaves.map((_, at) => firstLeaf + at);
    }));
  }

  async #layoutsOf(columns: readonly number[]): Promise<ReadonlyMap<number, ColumnLayout>> {
    const { table, source } = this.#work;
    const found = await askColumns(source.path, columns, table.columns.length, this.#signal);
    return new Map(columns.map((index, at) => {
      const layout = found[at] ?? null;
      if (layout === null) throw new EditFault(`the footer does not describe the column ${table.columns[index]?.name ?? ''} well enough`);
      return [index, layout];
    }));
  }

  #columnOf(path: CellPath, row: number): number {
    const { table, columns } = this.#work;
    const index = table.columns.findIndex(({ name }) => name === path[0]);
    const column = columns[index];
    if (column === undefined) throw this.#fault('conflict', row, `there is no column ${String(path[0])}`);
    if (typeof column === 'string') throw this.#fault('unsupported', row, `${String(path[0])} cannot be edited. ${column}`);
    return index;
  }

  async *#group(footer: EditedFooter, part: EditedPart): Splices {
    const group = footer.groups[part.group];
    if (group === undefined) return;
    const dropped = part.rows.filter((row) => this.#work.edits.of(part.first + row).dropped);
    group.setRows(group.rowsBefore - dropped.length);
    for (const [column, byLeaf] of await this.#groupEdits(part, dropped)) {
      const layout = this.#layouts.get(column);
      if (layout === undefined) continue;
      for (const [at, made] of (await this.#chunks(group, part, column, byLeaf)).entries()) {
        const leaf = layout.leaves[at];
        const order = leaf !== undefined && footer.isOrdered(layout.firstLeaf + at) ? orderOf(leaf) : null;
        const values = [...(byLeaf[at]?.values() ?? [])].flatMap((places) => places?.flatMap(({ bytes }) => bytes ?? []) ?? []);
        const start = this.#end;
        for (const piece of made.pieces) yield* this.#put(piece);
        const { size, expandedBy, valuesBy, nullsBy, isAnew } = made;
        group.replace(layout.firstLeaf + at, { start, size, edited: { expandedBy, valuesBy, isAnew, written: { nullsBy, values, order } } });
      }
    }
  }

  /** A column's chunks in one row group, by leaf: page by page, or made of its values where its pages do not allow that. */
  async #chunks(group: EditedGroup, part: EditedPart, column: number, byLeaf: readonly ChunkEdits[]): Promise<MadeChunk[]> {
    if (this.#work.isAnew) return this.#chunksAnew(group, part, column, byLeaf);
    const made: MadeChunk[] = [];
    for (const [at, edits] of byLeaf.entries()) {
      const leaf = this.#layouts.get(column)?.leaves[at];
      const chunk = leaf?.chunks[part.group];
      if (leaf === undefined || !chunk) throw new EditFault('the footer does not tell where all pages are');
      const job = { source: this.#work.source, leaf, chunk, rows: group.rowsBefore, edits };
      const found = await rewriteChunk(job, this.#signal).catch((error: unknown) => {
        if (error instanceof PageFault) return error;
        throw error;
      });
      if (!(found instanceof PageFault)) made.push({ ...found, isAnew: false });
      else {
        return this.#chunksAnew(group, part, column, byLeaf).catch((error: unknown) => {
          if (!(error instanceof EditFault) && !(error instanceof LoupeError)) throw error;
          throw new PageFault(`row group ${part.group + 1}, column ${leaf.name}: ${found.message}, and its values cannot be written anew (${error.message})`, undefined, found);
        });
      }
    }
    return made;
  }

  async #chunksAnew(group: EditedGroup, { first, group: index }: EditedPart, column: number, edits: readonly ChunkEdits[]): Promise<MadeChunk[]> {
    const { columns, read: readValues } = this.#work;
    const { leaves = [], firstLeaf = 0 } = this.#layouts.get(column) ?? {};
    const written = columns[column];
    if (written === undefined || typeof written === 'string') throw new EditFault(written ?? 'there is no such column');
    // Beyond midnight they are read as other times than they are stored as.
    if (leaves.some(({ meaning }) => meaning.name === 'TIME')) throw new EditFault('times of day are not written anew');
    const read = async (start: number, end: number): Promise<readonly Value[]> => {
      const [values = []] = await readValues({ start: first + start, end: first + end, columns: [column], limits: WHOLE_LIMITS }, this.#signal);
      if (values.length !== end - start) throw new EditFault('it has other rows than its footer says');
      return values;
    };
    const made = await writeChunks({ column: written, leaves, group: index, rows: group.rowsBefore, edits, read }, this.#signal);
    return made.map(({ pieces, size, expanded, values, nulls }, at): MadeChunk => {
      const before = group.columns[firstLeaf + at];
      return { pieces, size, expandedBy: expanded - (before?.expanded ?? 0), valuesBy: values - (before?.values ?? 0), nullsBy: nulls - (before?.nulls ?? 0), isAnew: true };
    });
  }

  /** The places that edited rows have then. */
  async #groupEdits({ first, rows }: EditedPart, dropped: readonly number[]): Promise<GroupEdits> {
    const { edits, table, columns, source, readRows } = this.#work;
    const result = new Map<number, ChunkPlan[]>();
    const leavesOf = (column: number): ChunkPlan[] => {
      const known = result.get(column) ?? this.#layouts.get(column)?.leaves.map((): ChunkPlan => new Map()) ?? [];
      result.set(column, known);
      return known;
    };
    if (dropped.length > 0) for (const column of this.#layouts.keys()) for (const leaf of leavesOf(column)) for (const row of dropped) leaf.set(row, null);
    const edited = rows.map((row) => ({ row: first + row, dropped: edits.of(first + row).dropped, cells: this.#ownCells(first + row) })).filter((each) => !each.dropped && each.cells.length > 0);
    const reader = { path: source.path, readRows, names: table.columns.map(({ name }) => name), columnOf: ({ path, row }: { path: CellPath; row: number }) => this.#columnOf(path, row) };
    for await (const { row, values } of editedValues(reader, edited, this.#signal)) {
      for (const [index, value] of values) {
        const column = columns[index];
        if (column === undefined || typeof column === 'string') continue;
        for (const [leaf, places] of this.#places(column, index, row, value).entries()) leavesOf(index)[leaf]?.set(row - first, places);
      }
    }
    return new Map([...result].sort(([a], [b]) => a - b));
  }

  #places(column: WrittenColumn, index: number, row: number, value: Parameters<WrittenColumn['places']>[0]): Slot[][] {
    try {
      return column.places(value);
    } catch (error) {
      if (error instanceof EditFault) throw this.#fault('unsupported', row, `${this.#work.table.columns[index]?.name ?? ''}: ${error.message}`);
      throw error;
    }
  }

  /** Moves chunks behind those of a group's first column until readers that go by the group's middle find it in the file. */
  async *#moveForReaders(footer: EditedFooter): Splices {
    for (const group of footer.groups) {
      if (group.rows === 0 || !group.isTouched || group.columns[0]?.isReplaced !== true) continue;
      for (const [index, column] of group.columns.entries()) {
        if (group.middle < this.#end) break;
        if (column.isReplaced) continue;
        const { start, end } = column.range;
        const moved = this.#end;
        yield* this.#put({ start, end });
        group.replace(index, { start: moved, size: end - start, edited: null });
      }
    }
  }

  async *#put(piece: Piece): Splices {
    const at = this.#cut;
    if (Buffer.isBuffer(piece)) {
      this.#end += piece.length;
      yield { start: at, end: at, bytes: piece, replaces: null };
      return;
    }
    for (let from = piece.start; from < piece.end; from += MOVED) {
      this.#signal.throwIfAborted();
      const bytes = await this.#work.source.slice(from, Math.min(piece.end, from + MOVED));
      if (bytes.length === 0) throw new PageFault('its pages end behind the file');
      this.#end += bytes.length;
      yield { start: at, end: at, bytes, replaces: null, isMoved: true };
    }
  }

  #fault(code: 'conflict' | 'unsupported', row: number, why: string): LoupeError {
    const { path } = this.#work.source;
    const place = `row ${row + 1}`;
    return new LoupeError(code, `${basename(path)}, ${place}: ${why}; nothing was saved.`, { path, place });
  }
}

/** @throws EditFault where a column of the name is there, or cannot be added */
function addedColumns({ columns }: EditSet, table: ParquetTable): AddedColumn[] {
  const names = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  return [...columns].map(([name, type]) => {
    // DuckDB, and SQL with it, goes by names without case.
    if (names.has(name.toLowerCase())) throw new EditFault(`it has a column ${name} already`);
    names.add(name.toLowerCase());
    return new AddedColumn(name, type);
  });
}
