/**
 * Where a Parquet file keeps a column: what its footer, offset indexes and page headers say. All of it is read by a child
 * process (see `footer-children.ts`) and crosses to the engine as plain data.
 */

/** A node of the schema at or below a top-level column. */
export interface SchemaBranch {
  readonly name: string;
  readonly repetition: 'REQUIRED' | 'OPTIONAL' | 'REPEATED';
  /** The node says that it is a list or a map. */
  readonly isContainer: boolean;
  readonly children: readonly SchemaBranch[];
  /** Index in `ColumnLayout.leaves`; null for a group. */
  readonly leaf: number | null;
}

/** A sequence of values in the file, one column chunk in each row group. */
export interface Leaf {
  /** Names from the top-level column down, with dots between. */
  readonly name: string;
  readonly physical: string;
  /** Bytes of each value, for `FIXED_LEN_BYTE_ARRAY`; 0 for other types. */
  readonly typeLength: number;
  readonly maxRepetition: number;
  readonly maxDefinition: number;
  readonly meaning: LeafMeaning;
  /** By row group; null where the footer does not tell enough, or says that the chunk is encrypted or in another file. */
  readonly chunks: readonly (Chunk | null)[];
}

/** What a leaf's values stand for, beyond their bytes. */
export interface LeafMeaning {
  /** The logical type by name, else the older converted type; empty where neither is given. */
  readonly name: string;
  /** Of times and timestamps; empty else. */
  readonly unit: 'MILLIS' | 'MICROS' | 'NANOS' | '';
  /** Of integers. */
  readonly bits: number;
  readonly isSigned: boolean;
  /** Of decimals. */
  readonly scale: number;
  readonly precision: number;
}

export interface Chunk {
  /** Where its first page begins. */
  readonly start: number;
  /** Bytes of all its pages, as the footer says. */
  readonly size: number;
  /** Values with their nulls: as many as there are levels. */
  readonly values: number;
  readonly codec: string;
  readonly offsetIndex: { readonly offset: number; readonly length: number } | null;
}

export interface ColumnLayout {
  /** Rows of each row group, in file order. */
  readonly rowCounts: readonly number[];
  readonly root: SchemaBranch;
  /** The first leaf's index among the leaves of all columns, which is that of its chunks in each row group. */
  readonly firstLeaf: number;
  readonly leaves: readonly Leaf[];
}

export type PageKind = 'data' | 'data-v2' | 'dictionary' | 'other';

export interface PageHeader {
  /** Bytes of the header itself. */
  readonly length: number;
  readonly kind: PageKind;
  /** Bytes behind the header, as they are in the file and when expanded. */
  readonly compressed: number;
  readonly uncompressed: number;
  readonly values: number;
  readonly encoding: string;
  /** Of the first version: how its levels are encoded. */
  readonly repetitionEncoding: string;
  readonly definitionEncoding: string;
  /** Of the second version, whose levels are never compressed. */
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly isCompressed: boolean;
  readonly hasChecksum: boolean;
}

export interface PageLocation {
  readonly offset: number;
  /** Bytes of header and body. */
  readonly size: number;
  /** Rows of the row group that begin before this page. */
  readonly firstRow: number;
  /** It begins in the middle of a row that began in an earlier page. */
  readonly continues: boolean;
  /** Null where an offset index gave the place, so that the header was not read yet. */
  readonly header: PageHeader | null;
}

/** The pages of one column chunk. */
export interface ChunkPages {
  readonly dictionary: PageLocation | null;
  /** Data pages in file order. */
  readonly pages: readonly PageLocation[];
  readonly bytesRead: number;
}

/** Which leaf's chunk of which file; `rows` are those of its row group. */
export interface ChunkQuestion {
  readonly path: string;
  readonly chunk: Chunk;
  readonly maxRepetition: number;
  readonly rows: number;
}

/** More pages of one chunk are not looked through. */
export const MAX_PAGES = 200_000;

/** More values in one page are refused, as are more bytes in one page; DuckDB writes pages of up to 100 MiB. */
export const MAX_PAGE_VALUES = 16 * 1024 * 1024;
export const MAX_PAGE_BYTES = 128 * 1024 * 1024;
