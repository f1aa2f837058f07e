import { checkEnds } from '../parquet/file-ends.ts';
import type { Leaf, SchemaBranch } from '../parquet-pages/layout.ts';
import { binaryBytes, integerItem, integerOf, THRIFT, ThriftStruct } from '../parquet-pages/thrift.ts';
import type { ByteSource } from '../source.ts';
import type { AddedChunk, AddedColumn } from './added-column.ts';
import { EditFault } from './edit-fault.ts';
import { describedWith } from './table-metadata.ts';
import { widenedStatistics, type WrittenValues } from './widened-statistics.ts';

/** Field numbers of the format's structs, as far as edits touch them. */
const FILE = { schema: 2, rows: 3, groups: 4, metadata: 5, createdBy: 6, orders: 7, encryption: 8, signature: 9 } as const;
const GROUP = { columns: 1, bytes: 2, rows: 3, sorting: 4, offset: 5, compressed: 6 } as const;
const COLUMN = { path: 1, offset: 2, meta: 3, offsetIndex: 4, offsetIndexLength: 5, columnIndex: 6, columnIndexLength: 7, crypto: 8, encrypted: 9 } as const;
const META = { type: 1, encodings: 2, path: 3, codec: 4, values: 5, expanded: 6, compressed: 7, dataPage: 9, indexPage: 10, dictionary: 11, statistics: 12, encodingStats: 13, bloom: 14, bloomLength: 15, sizeStatistics: 16, geoStatistics: 17 } as const;
const [SORTED_COLUMN, STATISTICS_NULLS] = [1, 3];
const ELEMENT = { type: 1, repetition: 3, name: 4, children: 5, converted: 6, logical: 10 } as const;
const REPETITIONS = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;
/** Types by their number. */
const PHYSICAL = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'];
const CONVERTED = { text: 0, list: 3 } as const;
const LOGICAL = { text: 1, list: 3 } as const;
const TYPE_ORDER = 1;
const [KEY, VALUE] = [1, 2];
/** Codecs by their number. */
const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'];
const [PLAIN, RLE] = [0, 3];

/** The footer's length and the magic behind it. */
export const TAIL = 8;
/** Longer footers are not edited. */
const MAX_FOOTER = 256 * 1024 * 1024;
/** Before 1.3: readers need luck with such chunks once others move. */
const OLD_WRITER = /^parquet-mr(?! version (1\.([3-9]|\d\d)|[2-9]))/;

/** The least offset that is one of a dictionary page; some writers say 0 for none. */
const MIN_OFFSET = 4;

/** Bytes `[start, end)` of the file. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** A chunk as it is now: where it is, and what changed in it. */
export interface ReplacedChunk {
  readonly start: number;
  readonly size: number;
  /** Null where all its pages are the old ones. */
  readonly edited: EditedChunk | null;
}

/** What is not in a chunk as it was. */
export interface EditedChunk {
  readonly expandedBy: number;
  readonly valuesBy: number;
  readonly written: WrittenValues;
  /** None of its pages is an old one. */
  readonly isAnew: boolean;
}

/** Where the footer begins. @throws LoupeError where the ends of the file are none of Parquet */
export async function footerOffset(source: ByteSource): Promise<number> {
  return source.byteLength - TAIL - (await checkEnds(source)).footerLength;
}

/** The footer of a Parquet file, in which chunks are replaced; all that is not said to change stays to the byte. */
export class EditedFooter {
  readonly #file: ThriftStruct;
  readonly #groups: EditedGroup[];

  /** @throws ThriftFault where the bytes are no footer */
  constructor(bytes: Uint8Array) {
    this.#file = ThriftStruct.read(bytes).struct;
    this.#groups = (this.#file.structs(FILE.groups) ?? []).map((struct) => new EditedGroup(struct));
  }

  /** @param start where it begins in the file. @throws LoupeError, ThriftFault */
  static async of(source: ByteSource, start: number): Promise<EditedFooter> {
    if (source.byteLength - start > MAX_FOOTER) throw new EditFault(`its footer has more than ${MAX_FOOTER} bytes`);
    return new EditedFooter(await source.slice(start, source.byteLength - TAIL));
  }

  get groups(): readonly EditedGroup[] {
    return this.#groups;
  }

  /** Why the file cannot be edited whatever its columns are, in words that go on after `a.parquet: `; null where it can. */
  get refusal(): string | null {
    if (this.#file.has(FILE.encryption) || this.#file.has(FILE.signature)) return 'it is signed or encrypted';
    const writer = Buffer.from(this.#file.binary(FILE.createdBy) ?? []).toString('utf8');
    return OLD_WRITER.test(writer) ? 'it was written by an old parquet-mr, which gives the sizes of chunks without those of their dictionaries' : null;
  }

  /** Whether the bounds of a leaf's values go by the order of its type. */
  isOrdered(leaf: number): boolean {
    return this.#file.structs(FILE.orders)?.[leaf]?.has(TYPE_ORDER) ?? false;
  }

  /** Adds columns behind the others; each row group must get a chunk of each. */
  addColumns(added: readonly AddedColumn[]): void {
    const [root, ...elements] = this.#file.structs(FILE.schema) ?? [];
    if (root === undefined) throw new EditFault('its footer has no schema');
    root.setInteger(ELEMENT.children, (root.number(ELEMENT.children) ?? 0) + added.length, THRIFT.i32);
    const more = added.flatMap(({ root: branch, leaves }) => elementsOf(branch, leaves));
    this.#file.setItems(FILE.schema, THRIFT.struct, [root, ...elements, ...more].map((element) => element.encode()));
    const orders = this.#file.items(FILE.orders);
    if (orders !== null) this.#file.setItems(FILE.orders, THRIFT.struct, [...orders, ...added.flatMap(({ leaves }) => leaves).map(() => new ThriftStruct().setStruct(TYPE_ORDER, new ThriftStruct()).encode())]);
    const metadata = (this.#file.structs(FILE.metadata) ?? []).flatMap((pair) => {
      const text = describedWith(textOf(pair, KEY), textOf(pair, VALUE), added);
      return text === null ? [] : [pair.setBinary(VALUE, text).encode()];
    });
    if (this.#file.has(FILE.metadata)) this.#file.setItems(FILE.metadata, THRIFT.struct, metadata);
  }

  /** Row groups without rows are left out, where rows were dropped. */
  encode(): Buffer {
    const before = this.#groups.reduce((sum, { rowsBefore }) => sum + rowsBefore, 0);
    const now = this.#groups.reduce((sum, { rows }) => sum + rows, 0);
    if (now !== before) this.#file.setInteger(FILE.rows, now);
    const kept = this.#groups.filter(({ rows, rowsBefore }) => rows > 0 || rowsBefore === 0);
    return this.#file.setItems(FILE.groups, THRIFT.struct, kept.map((group) => group.encode())).encode();
  }
}

/** A row group; its columns are taken apart only when one of them is asked for. */
export class EditedGroup {
  readonly rowsBefore: number;
  readonly #group: ThriftStruct;
  #columns: EditedColumn[] | null = null;

  constructor(group: ThriftStruct) {
    this.#group = group;
    this.rowsBefore = group.number(GROUP.rows) ?? 0;
  }

  get rows(): number {
    return this.#group.number(GROUP.rows) ?? 0;
  }

  /** Whether its columns were asked for: of one that is not touched they are not taken apart. */
  get isTouched(): boolean {
    return this.#columns !== null;
  }

  get columns(): readonly EditedColumn[] {
    this.#columns ??= (this.#group.structs(GROUP.columns) ?? []).map((struct) => new EditedColumn(struct));
    return this.#columns;
  }

  setRows(rows: number): void {
    this.#group.setInteger(GROUP.rows, rows);
  }

  /** The codec of its first column. */
  get codec(): string {
    return this.columns[0]?.codec ?? 'UNCOMPRESSED';
  }

  /** Adds a chunk behind the others. */
  add(path: readonly string[], physical: string, { size, expanded, values }: AddedChunk, start: number, codec: string): void {
    const meta = new ThriftStruct()
      .setInteger(META.type, PHYSICAL.indexOf(physical), THRIFT.i32)
      .setItems(META.encodings, THRIFT.i32, [PLAIN, RLE].map(integerItem))
      .setItems(META.path, THRIFT.binary, path.map(binaryBytes))
      .setInteger(META.codec, CODECS.indexOf(codec), THRIFT.i32)
      .setInteger(META.values, values)
      .setInteger(META.expanded, expanded)
      .setInteger(META.compressed, size)
      .setInteger(META.dataPage, start);
    this.#columns = [...this.columns, new EditedColumn(new ThriftStruct().setInteger(COLUMN.offset, start).setStruct(COLUMN.meta, meta), true)];
    this.#add(GROUP.bytes, expanded);
    this.#add(GROUP.compressed, size);
  }

  /** @throws ThriftFault where there is no such chunk */
  replace(index: number, chunk: ReplacedChunk): void {
    const column = this.columns[index];
    const { compressed } = column?.replace(chunk) ?? { compressed: 0 };
    this.#add(GROUP.bytes, chunk.edited?.expandedBy ?? 0);
    this.#add(GROUP.compressed, chunk.size - compressed);
    const sorting = this.#group.structs(GROUP.sorting) ?? [];
    // An edited value may stand anywhere in the order that the rows are said to have.
    if (chunk.edited !== null && sorting.some((each) => each.number(SORTED_COLUMN) === index)) this.#group.remove(GROUP.sorting);
  }

  /**
   * Readers that share a file out by bytes (parquet-mr, and Spark with it) take a row group with the part in which its middle
   * lies, which they count from its first column: a middle behind the end of the file would lose the rows.
   */
  get middle(): number {
    const size = this.columns.reduce((sum, { range }) => sum + (range.end - range.start), 0);
    return (this.columns[0]?.range.start ?? 0) + Math.floor(size / 2);
  }

  encode(): Buffer {
    if (this.#columns !== null) this.#group.setItems(GROUP.columns, THRIFT.struct, this.#columns.map((column) => column.encode()));
    return this.#group.encode();
  }

  #add(id: number, more: number): void {
    const before = this.#group.number(id);
    if (before !== null) this.#group.setInteger(id, Math.max(0, before + more));
  }
}

export class EditedColumn {
  isReplaced: boolean;
  readonly #column: ThriftStruct;
  readonly #meta: ThriftStruct;

  constructor(column: ThriftStruct, isNew = false) {
    this.isReplaced = isNew;
    this.#column = column;
    this.#meta = column.struct(COLUMN.meta) ?? new ThriftStruct();
  }

  get codec(): string {
    return CODECS[this.#meta.number(META.codec) ?? 0] ?? '';
  }

  /** Where its pages are. */
  get range(): FileRange {
    const dictionary = this.#meta.number(META.dictionary) ?? 0;
    const start = dictionary >= MIN_OFFSET ? dictionary : (this.#meta.number(META.dataPage) ?? 0);
    return { start, end: start + (this.#meta.number(META.compressed) ?? 0) };
  }

  /** What else the file has of it: indexes and bloom filter; null where that cannot be told. */
  get extras(): readonly FileRange[] | null {
    if (this.#meta.has(META.bloom) && !this.#meta.has(META.bloomLength)) return null;
    return [
      rangeOf(this.#column, COLUMN.offsetIndex, COLUMN.offsetIndexLength),
      rangeOf(this.#column, COLUMN.columnIndex, COLUMN.columnIndexLength),
      rangeOf(this.#meta, META.bloom, META.bloomLength),
    ].filter((range) => range !== null);
  }

  /** Bytes of its pages when expanded, and values with their nulls. */
  get expanded(): number {
    return this.#meta.number(META.expanded) ?? 0;
  }

  get values(): number {
    return this.#meta.number(META.values) ?? 0;
  }

  /** Values that are not there, as far as its statistics say. */
  get nulls(): number {
    return this.#meta.struct(META.statistics)?.number(STATISTICS_NULLS) ?? 0;
  }

  /** Its pages are elsewhere, with others among them: what was known of the old ones goes. */
  replace({ start, size, edited }: ReplacedChunk): { readonly compressed: number } {
    const by = start - this.range.start;
    const compressed = this.#meta.number(META.compressed) ?? 0;
    for (const id of [META.dataPage, META.indexPage, META.dictionary]) {
      const before = this.#meta.number(id) ?? 0;
      if (before >= MIN_OFFSET) this.#meta.setInteger(id, before + by);
    }
    if (edited?.isAnew === true) this.#meta.setInteger(META.dataPage, start).remove(META.indexPage, META.dictionary, META.encodings);
    this.#meta.setInteger(META.compressed, size);
    this.#column.remove(COLUMN.offsetIndex, COLUMN.offsetIndexLength, COLUMN.columnIndex, COLUMN.columnIndexLength);
    if ((this.#column.number(COLUMN.offset) ?? 0) > 0) this.#column.setInteger(COLUMN.offset, start);
    this.isReplaced = true;
    if (edited === null) return { compressed };
    this.#meta.setInteger(META.expanded, Math.max(0, this.expanded + edited.expandedBy)).setInteger(META.values, this.values + edited.valuesBy);
    const statistics = this.#meta.struct(META.statistics);
    this.#meta.remove(META.statistics, META.encodingStats, META.bloom, META.bloomLength, META.sizeStatistics, META.geoStatistics);
    const widened = statistics && widenedStatistics(statistics, edited.written);
    if (widened !== null) this.#meta.setStruct(META.statistics, widened);
    const encodings = new Set((this.#meta.items(META.encodings) ?? []).map(integerOf));
    this.#meta.setItems(META.encodings, THRIFT.i32, [...encodings.add(PLAIN).add(RLE)].map(integerItem));
    return { compressed };
  }

  encode(): Buffer {
    if (this.isReplaced) this.#column.setStruct(COLUMN.meta, this.#meta);
    return this.#column.encode();
  }
}

/** The elements of a schema, a node before its children. */
function elementsOf(node: SchemaBranch, leaves: readonly Leaf[]): ThriftStruct[] {
  const leaf = node.leaf === null ? undefined : leaves[node.leaf];
  const element = new ThriftStruct().setInteger(ELEMENT.repetition, REPETITIONS[node.repetition], THRIFT.i32).setBinary(ELEMENT.name, node.name);
  if (leaf === undefined) element.setInteger(ELEMENT.children, node.children.length, THRIFT.i32);
  else element.setInteger(ELEMENT.type, PHYSICAL.indexOf(leaf.physical), THRIFT.i32);
  const meaning = leaf?.meaning.name === 'STRING' ? 'text' : node.isContainer ? 'list' : null;
  if (meaning !== null) element.setInteger(ELEMENT.converted, CONVERTED[meaning], THRIFT.i32).setStruct(ELEMENT.logical, new ThriftStruct().setStruct(LOGICAL[meaning], new ThriftStruct()));
  return [element, ...node.children.flatMap((child) => elementsOf(child, leaves))];
}

function textOf(pair: ThriftStruct, id: number): string {
  return Buffer.from(pair.binary(id) ?? []).toString('utf8');
}

function rangeOf(struct: ThriftStruct, offset: number, length: number): FileRange | null {
  const [start, size] = [struct.number(offset), struct.number(length)];
  return start === null || size === null || size === 0 ? null : { start, end: start + size };
}
