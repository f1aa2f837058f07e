import type { ValuePath, Value } from './values.ts';
import type { ColumnPath, CopyFormat, CopyRequest, ExportFormat, NextMatch, Query, ResultId, ResultState, SqlProgress, SqlResult, SqlResultId } from './queries.ts';
import type { BulkStretch, BulkWish, ListedEdits } from './bulk.ts';
import type { Comparison } from './comparison.ts';
import type { CellChange, CellPath, Change, ColumnTarget, EditedFile, FileState, Fingerprint, SaveFacts, SaveReport, SaveTarget, WrittenValue } from './edits.ts';
import type { ExportProgress, ExportSummary, ExportWish } from './export.ts';
import type { LintFinding } from './lint.ts';
import type { Preset, RecognisedColumn } from './scores.ts';
import type { InsideColumn, Member, OpenShard, Page, SetNews, ShardId, ShardLocation, ShardMetadata } from './shards.ts';
import type { PicturePermissions } from './pictures.ts';
import type { RowSpans } from './spans.ts';
import type { ColumnSummary, JointHistogram } from './statistics.ts';
import type { VectorSummary } from './vectors.ts';

/** The engine's limits; every one is a setting of the user with the default given in package.json. */
export interface EngineLimits {
  /** DuckDB's `memory_limit`, in MiB. */
  readonly duckdbMemory: number;
  /** DuckDB's `threads`. */
  readonly duckdbThreads: number;
  /** Bytes on disk that decompressed copies may take, in MiB. */
  readonly cacheSize: number;
  /** Seconds after which opening a file is given up. */
  readonly openTimeout: number;
}

export interface EngineSettings {
  /** Folder for decompressed copies and temporary files; made when missing. */
  readonly cacheFolder: string;
  readonly limits: EngineLimits;
  /** What may be fetched; nothing where absent. */
  readonly pictures?: PicturePermissions;
}

/** An open shard, or a query's result in it. */
export interface ShardTarget {
  readonly shard: ShardId;
  /** Row numbers of the request are positions in this result. */
  readonly result?: ResultId;
}

export interface CellAddress extends ShardTarget {
  readonly row: number;
  readonly column: number;
  /** A place inside the cell; the whole cell where empty. */
  readonly path: ValuePath;
}

/** A cell that holds a picture, or says where one is. */
export interface PictureAddress extends CellAddress {
  /** Folder where relative paths start, and below which pictures are read; the shard's own where absent. */
  readonly root?: string;
}

/** A row whole, within `ROW_LIMITS`. */
export interface Row {
  /** Its number in the table, whatever result it was asked by. */
  readonly row: number;
  /** Where the row is in the file, for a person: `line 12`, `row group 3, row 17`, `sample 000000012`. */
  readonly place: string;
  readonly cells: readonly { readonly column: number; readonly value: Value }[];
  /** A tar sample's members in the order of the archive. */
  readonly members?: readonly Member[];
  readonly bytesRead: number;
}

/** What is known of a picture before and after decoding it. */
export interface PictureFacts {
  /** By magic bytes: `jpeg`, `png`, `webp`, `gif`, `avif`, `tiff`, `bmp`, `svg`, ... */
  readonly format: string;
  /** As stored, before EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8; 1 where there is none. */
  readonly orientation: number;
  /** Bytes of the encoded picture. */
  readonly size: number;
  /** What the name says it is (`jpg` of `0001.jpg`), where a name exists. */
  readonly declared?: string;
  /** What its EXIF says of camera and exposure, in words; of pictures that are shown whole. */
  readonly exif?: readonly (readonly [label: string, text: string])[];
}

/** A picture for the screen, or why there is none. */
export type Picture =
  | {
      readonly status: 'ok';
      readonly facts: PictureFacts;
      readonly bytes: Uint8Array;
      /** Media type of `bytes`, which a browser can show. */
      readonly mediaType: string;
      /** Set when the picture decodes in part only. */
      readonly warning?: string;
    }
  | {
      readonly status: 'broken';
      readonly message: string;
      readonly facts?: Partial<PictureFacts>;
      /** Nothing is amiss: the cell holds no picture and names none. */
      readonly nothing?: true;
    };

/** The picture of a cell; or it is at a host from which the user has not allowed to fetch pictures. */
export type CellPicture = Picture | { readonly status: 'unasked'; readonly host: string };

/** The first picture of a cell made small. */
export type CellThumbnail = CellPicture & {
  /** Where the cell's pictures are in it, the first one too; only where there are several. */
  readonly places?: readonly ValuePath[];
};

/** Text of a whole value for a text editor. */
export interface WholeText {
  readonly text: string;
  /** VS Code's language id: `plaintext`, `json`, `xml`. */
  readonly language: string;
  readonly cut: boolean;
}

export interface EngineStatus {
  readonly pid: number;
  /** Bytes. */
  readonly residentMemory: number;
  readonly openShards: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Host to engine: every method with its parameters and its result. */
export interface EngineRequests {
  'engine/configure': { params: EngineSettings; result: EngineStatus };
  'engine/status': { params: Record<string, never>; result: EngineStatus };
  'shard/open': { params: { readonly location: ShardLocation }; result: OpenShard };
  'shard/close': { params: { readonly shard: ShardId }; result: null };
  /** Rows `[start, end)`, only the columns named. */
  'shard/page': {
    params: ShardTarget & { readonly start: number; readonly end: number; readonly columns: readonly number[]; readonly inside?: readonly InsideColumn[] };
    result: Page;
  };
  'shard/row': { params: ShardTarget & { readonly row: number }; result: Row };
  'shard/text': { params: CellAddress; result: WholeText };
  /** Rows `[start, end)` as text for the clipboard. */
  'shard/copy': { params: ShardTarget & CopyRequest; result: { readonly text: string } };
  /** A picture scaled to fit `height` CSS pixels times the screen's ratio, upright. */
  'shard/thumbnail': { params: PictureAddress & { readonly height: number }; result: CellThumbnail };
  /** The picture as stored, where a browser can show it; else converted. */
  'shard/picture': { params: PictureAddress; result: CellPicture };
  /** What signals in the columns `sources` say about parts of the text in the column `text`; the spans of `shown` are wanted. */
  'shard/spans': {
    params: ShardTarget & { readonly row: number; readonly sources: readonly number[]; readonly text: number; readonly shown: string | null };
    result: RowSpans;
  };
  'shard/vector': { params: CellAddress; result: VectorSummary };
  'shard/metadata': { params: { readonly shard: ShardId }; result: ShardMetadata };
  /** Which rows differ from another open shard's; the condition `changed` is about them from then on. */
  'shard/compare': { params: { readonly shard: ShardId; readonly other: ShardId }; result: Comparison };
  /** Looks at the disk for shards of a set that came or went since it was opened. */
  'shard/setNews': { params: { readonly shard: ShardId }; result: SetNews };

  /** Answers with the first rows found; the rest is told by `shard/result`. The result named by `replaces` is closed. */
  'shard/query': { params: { readonly shard: ShardId; readonly query: Query; readonly replaces?: ResultId }; result: ResultState };
  'shard/closeResult': { params: { readonly shard: ShardId; readonly result: ResultId }; result: null };
  /** How many rows a query keeps; for a threshold while it is dragged. */
  'shard/count': { params: { readonly shard: ShardId; readonly query: Query }; result: { readonly kept: number; readonly total: number } };
  /** Where the row with this number of the table is in a result; null where it is not, or not yet and `wait` is not set. */
  'shard/position': {
    params: { readonly shard: ShardId; readonly result: ResultId; readonly row: number; readonly wait?: boolean };
    result: { readonly position: number | null };
  };
  /** The next row that matches a text, in the order of the target; null when there is none up to the end. */
  'shard/nextMatch': { params: ShardTarget & { readonly match: NextMatch }; result: { readonly position: number | null } };

  /** Distribution of one column; with a result, also of the rows it keeps. */
  'shard/summary': {
    params: ShardTarget & {
      readonly column: ColumnPath;
      /** Only the first rows, for something to look at while the whole is counted. */
      readonly quick: boolean;
    };
    result: ColumnSummary;
  };
  'shard/joint': { params: ShardTarget & { readonly x: ColumnPath; readonly y: ColumnPath }; result: JointHistogram };
  /** What the columns are for, and the published filters that they allow; `corrections` are the user's. */
  'shard/scores': {
    params: { readonly shard: ShardId; readonly corrections: readonly RecognisedColumn[] };
    result: { readonly columns: readonly RecognisedColumn[]; readonly presets: readonly Preset[] };
  };
  /** The conditions of a preset, with quantiles turned into the values that they stand for. */
  'shard/preset': { params: { readonly shard: ShardId; readonly preset: Preset }; result: { readonly query: Query } };

  /**
   * Runs one SELECT over the table, which is named `shard`. The place of an error is `line 2, column 5` of the text. Where
   * `run` names it, work that it waits for is told by `shard/sqlProgress`.
   */
  'shard/sql': { params: { readonly shard: ShardId; readonly sql: string; readonly run?: string }; result: SqlResult };
  'shard/sqlPage': {
    params: { readonly shard: ShardId; readonly sqlResult: SqlResultId; readonly start: number; readonly end: number };
    result: Page;
  };
  /** A result whole as text for the clipboard. */
  'shard/sqlCopy': {
    params: { readonly shard: ShardId; readonly sqlResult: SqlResultId; readonly format: CopyFormat };
    result: { readonly text: string };
  };
  'shard/sqlClose': { params: { readonly shard: ShardId; readonly sqlResult: SqlResultId }; result: null };
  /** Writes a result whole to a file; one that is there is replaced, unless it is the open shard itself. */
  'shard/sqlExport': {
    params: { readonly shard: ShardId; readonly sqlResult: SqlResultId; readonly path: string; readonly format: ExportFormat };
    result: { readonly rows: number; readonly bytes: number };
  };

  /** What may be edited in each column, by its index. */
  'shard/targets': { params: { readonly shard: ShardId }; result: { readonly targets: readonly ColumnTarget[] } };
  /** What stands at a place now, edits among it, as the `old` of the next edit; null where no edit can be made. */
  'shard/written': { params: { readonly shard: ShardId; readonly row: number; readonly path: CellPath }; result: { readonly value: WrittenValue | null } };
  /** Whether a cell's column takes its new value. @throws `unsupported`, with the reason, where it does not */
  'shard/checkEdit': { params: { readonly shard: ShardId; readonly change: CellChange }; result: null };
  /**
   * Does changes, or their reversals, over the shard. After a restart of the engine all that are not saved are sent again,
   * with a higher `epoch`; what comes later with a lower one was among them and is passed over.
   */
  'shard/edit': { params: { readonly shard: ShardId; readonly changes: readonly Change[]; readonly epoch?: number }; result: null };
  /** What an edit would do to many rows, some of them at a time. @throws `unsupported`, with the reason, where the column cannot be edited */
  'shard/bulk': { params: ShardTarget & BulkWish; result: BulkStretch };
  /** Edits that are not saved, of the edited rows at places `[start, end)` among them. */
  'shard/edits': { params: { readonly shard: ShardId; readonly start: number; readonly end: number }; result: ListedEdits };
  /** The file now, and what to ask before it is saved. */
  'shard/saveFacts': { params: { readonly shard: ShardId }; result: SaveFacts & { readonly fingerprint: Fingerprint } };
  /** The files that edits go into, where they are not all of the document's own; those of `changes`, or of all that are not saved. */
  'shard/editedFiles': { params: { readonly shard: ShardId; readonly changes?: readonly Change[] }; result: { readonly files: readonly EditedFile[] } };
  /** Where shards of a set, named by their paths, are in it now; null for one that it does not have. */
  'shard/fileRows': { params: { readonly shard: ShardId; readonly paths: readonly string[] }; result: { readonly rows: readonly ({ readonly start: number; readonly rows: number } | null)[] } };
  /**
   * Writes the files that have edits, each whole or not at all. What is open still are the old files then: it is closed and
   * opened again. `others` are files beside the document's own as they were when they were edited.
   */
  'shard/save': { params: { readonly shard: ShardId; readonly target: SaveTarget; readonly expected: Fingerprint | null; readonly others?: readonly FileState[] }; result: SaveReport };
  /** Writes rows to new files; `export` is a number of the host's, by which progress is told. */
  'shard/export': { params: { readonly shard: ShardId; readonly export: number; readonly wish: ExportWish }; result: ExportSummary };

  /** A data set card in Markdown of the rows that a query keeps; `corrections` are the user's. */
  'shard/card': { params: { readonly shard: ShardId; readonly query: Query; readonly corrections: readonly RecognisedColumn[] }; result: { readonly text: string } };

  /** What is wrong with a shard as a member of a dataset; only tar shards have findings today. */
  'shard/lint': { params: { readonly shard: ShardId }; result: { readonly findings: readonly LintFinding[]; readonly total: number } };
}

/** Engine to host, without an answer. */
export interface EngineNotifications {
  /** Rows, columns, notices or progress changed; at most ten a second a shard. */
  'shard/changed': OpenShard;
  /** More rows of a query were found, or it ended; at most ten a second a result. */
  'shard/result': { readonly shard: ShardId; readonly state: ResultState };
  /** At most ten a second an export. */
  'export/progress': ExportProgress;
  /** At most ten a second a statement. */
  'shard/sqlProgress': SqlProgress & { readonly shard: ShardId };
  'engine/heartbeat': { readonly residentMemory: number };
  'engine/log': { readonly level: 'info' | 'warn' | 'error'; readonly message: string };
}
