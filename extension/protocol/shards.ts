/** What a shard is, as far as anybody outside the engine needs to know. */

/** `tar` is an archive that is no WebDataset: its rows are its members. `set`: several shards as one table. */
export type ShardFormat = 'parquet' | 'jsonl' | 'json' | 'webdataset' | 'tar' | 'set';

/** What to open: one file, or several as one table. */
export type ShardLocation =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Files beside it are joined; `none`: not even those. These are joined too. */
      readonly sideCars?: 'none' | readonly NamedSideCar[];
    }
  | {
      readonly kind: 'set';
      /** What relative patterns are relative to. */
      readonly folder: string;
      /** Files, folders and brace globs. */
      readonly patterns: readonly string[];
      /** Follow links that lead out of the folder, too. */
      readonly followLinks?: boolean;
      /** Files beside the shards are joined to them; `none`: not even those. These are joined to the whole table. */
      readonly sideCars?: 'none' | readonly NamedSideCar[];
    };

/** A side-car that the user named for one shard, or for a set as a whole. */
export interface NamedSideCar {
  readonly path: string;
  /** The columns whose values are the same; null: row by row. In a list of ids the second one does not matter. */
  readonly key: { readonly shard: string; readonly sideCar: string } | null;
}

/** One shard of a set. */
export interface ShardPart {
  readonly path: string;
  readonly format: ShardFormat;
  /** Row of the set where it begins. */
  readonly start: number;
  readonly rows: number;
  readonly rowsComplete: boolean;
  /** Why its rows are not here. */
  readonly error?: string;
}

/** How the files of a set changed since it was opened. */
export interface SetNews {
  /** Names of the first few. */
  readonly added: readonly string[];
  readonly addedCount: number;
  readonly removed: readonly string[];
  readonly removedCount: number;
}

/** A file that lies beside a shard and belongs to it, and how its rows find theirs. */
export interface SideCar {
  /** In a set: that of the first shard which has one like it. */
  readonly path: string;
  /** In a set: files beside several shards that give the table the same columns are told together. */
  readonly files?: number;
  /** Paths of the others; of many the first ones. */
  readonly others?: readonly string[];
  /** `DataComp vectors`, `img2dataset table`, `Dolma attributes`. */
  readonly layout: string;
  /** `row number`, or the column that both have. */
  readonly key: string;
  readonly status: 'joined' | 'refused';
  /** Names of the columns that the table has from it. */
  readonly columns: readonly string[];
  /** Rows of the shard without a partner in the side-car; null where not counted yet. */
  readonly unmatched: number | null;
  /** Rows of the side-car without a partner in the shard; null also where one file lies beside several shards. */
  readonly orphans: number | null;
  /** Why it was refused. */
  readonly error?: string;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** Handle of an open shard, unique within one engine process. */
export type ShardId = number;

/** What the values of a column mostly are; decides alignment, icon and default width. */
export type ColumnKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'temporal'
  | 'bytes'
  | 'image'
  | 'vector'
  | 'list'
  | 'struct'
  | 'map'
  | 'mixed';

/** A top-level column. `index` never changes while the shard is open; new columns come at the end. */
export interface Column {
  readonly index: number;
  readonly name: string;
  /** The type in the format's own words: `DECIMAL(38,4)`, `STRUCT(bytes BLOB, path VARCHAR)`, `number | null`. */
  readonly type: string;
  readonly kind: ColumnKind;
  /** Where a column comes from that is not the file's own: the set's shard column, or a side-car's (in a set, one of several). */
  readonly origin?: { readonly kind: 'set' } | { readonly kind: 'side-car'; readonly file: string; readonly key: string };
  /** In a set: how shards differ in this column, in words; absent where they agree. */
  readonly difference?: string;
}

/** Something a person should know about this shard: why the view is partial, that the suffix lies. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  /** One or two sentences that name the place. */
  readonly message: string;
}

/** Background work on a shard (index, decompression); `done` and `total` are bytes of the file. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** An open shard now. Rows and columns may still grow while `progress` is there. */
export interface ShardState {
  readonly path: string;
  readonly format: ShardFormat;
  readonly compression: Compression;
  /** Bytes of the file on disk. */
  readonly fileSize: number;
  /** Rows known so far; final when `rowsComplete`. */
  readonly rows: number;
  readonly rowsComplete: boolean;
  readonly columns: readonly Column[];
  readonly notices: readonly Notice[];
  readonly progress?: Progress;
  /** The shards of a set, in order; of a large set the first ones. The metadata lists them all. */
  readonly parts?: readonly ShardPart[];
  /** Shards of the set. */
  readonly partCount?: number;
  readonly sideCars?: readonly SideCar[];
  /** Bytes of the file read so far, by Loupe's byte source and by DuckDB together. */
  readonly bytesRead: number;
}

export interface OpenShard {
  readonly shard: ShardId;
  readonly state: ShardState;
}

/** What one cell of the grid is, for its look. */
export type CellKind =
  | 'null'
  | 'missing'
  | 'text'
  | 'number'
  | 'boolean'
  | 'temporal'
  | 'list'
  | 'struct'
  | 'map'
  | 'bytes'
  | 'image'
  | 'vector'
  | 'invalid';

/** What lies inside the values of a column, asked for as a column of its own. */
export interface InsideColumn {
  /** Its number in the answer, below 0: the table has none of that number. */
  readonly column: number;
  /** Index of the column that it lies in. */
  readonly of: number;
  /** Names from there on, at least one. */
  readonly path: readonly string[];
}

/** One column of a page: parallel arrays, one entry a row. */
export interface PageColumn {
  readonly column: number;
  /** One line of text a cell, cut to the grid's limit. */
  readonly texts: readonly string[];
  readonly kinds: readonly CellKind[];
  /** True size of a cut cell (UTF-16 units, bytes or items), else 0. */
  readonly sizes: readonly number[];
}

/** Rows `[start, start + rowCount)`; fewer than asked at the end, or when 1 MiB is reached. */
export interface Page {
  readonly start: number;
  readonly rowCount: number;
  readonly columns: readonly PageColumn[];
  /** Numbers in the table of the rows, where the page is of a query's result. */
  readonly rows?: readonly number[];
  /** What unsaved edits changed in it; absent where they changed nothing. */
  readonly edits?: PageEdits;
  readonly bytesRead: number;
}

/** Places in a page, rows counted from its beginning. */
export interface PageEdits {
  /** Edited cells: row and column, one after the other. */
  readonly cells: readonly number[];
  /** Rows that the next save leaves out. */
  readonly dropped: readonly number[];
}

/** A member of a tar sample, in the order of the archive. */
export interface Member {
  readonly name: string;
  /** The part of the name after the key, `metadata.json`; empty in a plain tar. */
  readonly field: string;
  readonly size: number;
  /** Where the member's bytes begin; -1 where it has none. */
  readonly offset: number;
  readonly type: string;
}

/** A node of the schema tree as the file declares it. */
export interface SchemaNode {
  readonly name: string;
  /** Physical and logical type in the format's words. */
  readonly type: string;
  /** Anything else worth knowing: repetition, field id, share of rows. */
  readonly details: readonly (readonly [label: string, text: string])[];
  readonly children: readonly SchemaNode[];
}

/** A table of the metadata view (row groups, column chunks, members, decompression frames). */
export interface MetadataTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that exist; more than `rows.length` when the table is cut. */
  readonly total: number;
}

/** The schema and file-metadata view. */
export interface ShardMetadata {
  readonly properties: readonly (readonly [label: string, text: string])[];
  readonly schema: readonly SchemaNode[];
  /** The file's own key-value metadata; values cut to 64 Ki UTF-16 units. */
  readonly keyValues: readonly (readonly [key: string, value: string])[];
  readonly tables: readonly MetadataTable[];
}
