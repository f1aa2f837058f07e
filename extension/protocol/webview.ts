import type { BulkWish, EditPlace } from './bulk.ts';
import type { Comparison } from './comparison.ts';
import type { WrittenValue } from './edits.ts';
import type { CellAddress, CellPicture, CellThumbnail, EngineRequests, Row } from './engine.ts';
import type { ErrorData } from './errors.ts';
import type { Condition, CopyFormat, CopyRequest, ExportFormat, Query, ResultId, ResultState, SqlProgress, SqlResultId } from './queries.ts';
import type { RecognisedColumn } from './scores.ts';
import type { InsideColumn, Notice, Page, ShardMetadata, ShardState } from './shards.ts';
import type { ValuePath } from './values.ts';

/** Rows of one block: the unit in which a webview asks for pages, keeps and forgets them. */
export const BLOCK_ROWS = 100;

/** A cell of the document's shard, seen from the webview. */
export type CellPlace = Omit<CellAddress, 'shard'>;

/** A condition that the user switched off, and where it stands among those that are on. */
export interface ParkedCondition {
  readonly index: number;
  readonly condition: Condition;
}

/** What the gallery shows; what is absent Loupe chooses. */
export interface GalleryChoice {
  /** Width of a tile, CSS pixels. */
  readonly size: number;
  /** Name of the column that holds the pictures; null: whichever do. */
  readonly picture?: string | null;
  /** Name of the column under the pictures; null: no text. */
  readonly caption?: string | null;
  /** Names of the columns whose values stand under the pictures. */
  readonly scores?: readonly string[];
}

/** What the user chose for one shard; kept over hide, reload and restart. */
export interface ViewState {
  /** Column widths in CSS pixels by column name. */
  readonly widths: Readonly<Record<string, number>>;
  /** Names of hidden columns. */
  readonly hidden: readonly string[];
  /** Column names in the order that the user gave them; others follow in the order of the file. */
  readonly order: readonly string[];
  /** What the rows are filtered and sorted by. */
  readonly query: Query;
  /** Conditions that are kept for later and filter nothing now, by ascending `index`. */
  readonly parked: readonly ParkedCondition[];
  /** Headers show the distribution of their columns. */
  readonly charts: boolean;
  /** What the user says columns are for, where Loupe has it wrong or does not know. */
  readonly roles: readonly RecognisedColumn[];
  /** The focused cell: `row` is a 0-based position in what the grid shows, `column` a column name. */
  readonly focus?: { readonly row: number; readonly column: string };
  /** First visible row, 0-based. */
  readonly topRow: number;
  /** Which side view is open. */
  readonly panel: 'none' | 'row' | 'schema' | 'metadata' | 'statistics' | 'sql' | 'compare' | 'edits' | 'replace' | 'set' | 'paste';
  /** Share of the width that the side view takes, 0 to 1. */
  readonly panelShare: number;
  /** Columns, by name, of which the user says whether they are shown as pictures; of the others their names decide. */
  readonly pictures?: Readonly<Record<string, boolean>>;
  /** How rows are shown; the grid where absent. */
  readonly layout?: 'grid' | 'gallery';
  readonly gallery?: GalleryChoice;
  /** Long texts in the inspector wrap. */
  readonly wrap: boolean;
  /** What stands in the SQL console. */
  readonly sql?: string;
  /** When this was chosen, in milliseconds since 1970; of two memories the newer one counts. */
  readonly savedAt?: number;
}

/** A request about the shard as the webview makes it: the host knows which shard is meant. */
type OfShard<K extends keyof EngineRequests> = { params: Omit<EngineRequests[K]['params'], 'shard'>; result: EngineRequests[K]['result'] };

/** What takes longer than usual; paths are whole. */
export type Wait =
  /** The engine starts. */
  | { readonly for: 'start' }
  /** The engine has work and does not answer; it is ended when that goes on. */
  | { readonly for: 'engine'; readonly busyWith: readonly string[] }
  /** Other files are read alone, because one of them may have ended the engine. */
  | { readonly for: 'turn'; readonly busyWith: readonly string[] }
  /** The engine waits for the file itself: a slow disk, a network. */
  | { readonly for: 'file' };

/** What the webview shows: the shard, its loading, or why it cannot be shown. */
export type DocumentState =
  | { readonly status: 'opening'; readonly name: string; readonly wait?: Wait; readonly notices?: readonly Notice[] }
  | {
      readonly status: 'open';
      readonly name: string;
      readonly wait?: Wait;
      readonly shard: ShardState;
      /** Another version of the same file is on screen too, and the two can be compared. */
      readonly otherVersion?: true;
      /** Nothing in it can be edited: it is a set, or no file on this disk. */
      readonly readOnly?: true;
    }
  | { readonly status: 'failed'; readonly name: string; readonly error: ErrorData };

/** A row of the table, and a column by its name. */
export interface TableRow {
  /** 0-based number in the table, whatever filter or order is on. */
  readonly row: number;
  readonly column?: string;
}

/** All that a webview needs to draw. */
export interface ReadyAnswer {
  readonly document: DocumentState;
  readonly view?: ViewState;
  /** Where the view shall begin instead of where it was left. */
  readonly reveal?: TableRow;
  /** The rows that the view begins with, where they are read already; what else is on screen the webview asks for. */
  readonly page?: Page;
}

/** A place as it is edited: by the row's number in the table, the column's index, and where in the cell it is; without a path the cell. */
export interface EditedPlace {
  readonly row: number;
  readonly column: number;
  readonly path?: ValuePath;
}

/** Webview to host. */
export interface HostRequests {
  /** The first message of every webview. */
  'view/ready': { params: Record<string, never>; result: ReadyAnswer };
  'view/page': {
    params: { readonly start: number; readonly end: number; readonly columns: readonly number[]; readonly inside?: readonly InsideColumn[]; readonly result?: ResultId };
    result: Page;
  };
  'view/row': { params: { readonly row: number; readonly result?: ResultId }; result: Row };
  'view/thumbnail': { params: CellPlace & { readonly height: number }; result: CellThumbnail };
  'view/picture': { params: CellPlace; result: CellPicture };
  /** Asks the user whether pictures may be fetched from a host; answers whether anything was allowed. */
  'view/allowPictures': { params: { readonly host: string }; result: { readonly allowed: boolean } };
  /** Asks the user for the folder where the relative paths of pictures start. */
  'view/choosePictureFolder': { params: Record<string, never>; result: null };
  'view/spans': OfShard<'shard/spans'>;
  'view/vector': OfShard<'shard/vector'>;
  'view/metadata': { params: Record<string, never>; result: ShardMetadata };
  /** How the shard differs from the other version of it that is on screen; null when there is none any more. */
  'view/compare': { params: Record<string, never>; result: Comparison | null };
  'view/query': OfShard<'shard/query'>;
  'view/closeResult': OfShard<'shard/closeResult'>;
  'view/count': OfShard<'shard/count'>;
  'view/position': OfShard<'shard/position'>;
  'view/nextMatch': OfShard<'shard/nextMatch'>;
  'view/summary': OfShard<'shard/summary'>;
  'view/joint': OfShard<'shard/joint'>;
  'view/scores': OfShard<'shard/scores'>;
  'view/preset': OfShard<'shard/preset'>;
  'view/sql': OfShard<'shard/sql'>;
  'view/sqlPage': OfShard<'shard/sqlPage'>;
  'view/sqlClose': OfShard<'shard/sqlClose'>;
  /** Statements that were run in this workspace, the newest first. */
  'view/sqlHistory': { params: Record<string, never>; result: { readonly statements: readonly string[] } };
  /** Puts a result on the clipboard; answers with its length in UTF-16 units. */
  'view/sqlCopy': { params: { readonly sqlResult: SqlResultId; readonly format: CopyFormat }; result: { readonly length: number } };
  /** Asks for a file name and writes the result there; null when the user thinks better of it. */
  'view/sqlExport': {
    params: { readonly sqlResult: SqlResultId; readonly format: ExportFormat };
    result: { readonly rows: number; readonly bytes: number; readonly path: string } | null;
  };
  /** Opens the result as a table of its own. */
  'view/sqlOpen': { params: { readonly sqlResult: SqlResultId }; result: null };
  /** What stands in a cell, to be edited; rows are numbers in the table. @throws the reason where it cannot be edited */
  'view/editable': { params: EditedPlace; result: { readonly value: WrittenValue } };
  /** Gives a cell another value. @throws the reason where its column does not take it */
  'view/edit': { params: EditedPlace & { readonly value: WrittenValue }; result: null };
  /** What an edit would do to many rows of what is shown. */
  'view/bulk': OfShard<'shard/bulk'>;
  /** Edits many rows as one step; answers how many changed. @throws the reason where a row does not take its value; nothing is changed then */
  'view/editMany': { params: Omit<BulkWish, 'keep'> & { readonly result?: ResultId }; result: { readonly changed: number } };
  'view/edits': OfShard<'shard/edits'>;
  /** What is on the clipboard. */
  'view/clipboard': { params: Record<string, never>; result: { readonly text: string } };
  /** Takes back what is not saved of one place. */
  'view/takeBack': { params: EditPlace; result: null };
  /** Asks what of the view to export, as what and where, and writes it. The columns are those shown, the selection positions. */
  'view/export': {
    params: { readonly query: Query; readonly columns: readonly number[]; readonly selection: readonly [start: number, end: number] | null };
    result: null;
  };
  /** Opens a data set card of the view in a text editor. */
  'view/card': { params: OfShard<'shard/card'>['params']; result: null };
  /** Opens a whole value in a text editor beside the shard. */
  'view/openText': { params: CellPlace; result: null };
  /** Puts a selection on the clipboard; answers with its length in UTF-16 units. */
  'view/copy': { params: CopyRequest & { readonly result?: ResultId }; result: { readonly length: number } };
  /** Puts a piece of text that the webview already holds on the clipboard. */
  'view/copyText': { params: { readonly text: string }; result: null };
  /** The user asks to try again: a quarantined or failed file, a lost engine, a changed file. */
  'view/reopen': { params: Record<string, never>; result: null };
  /** The user does not want to wait for the opening any longer. */
  'view/cancelOpening': { params: Record<string, never>; result: null };
  /** The user wants a new engine. */
  'view/restartEngine': { params: Record<string, never>; result: null };
  /** Opens the same file with VS Code's text editor. */
  'view/openAsText': { params: Record<string, never>; result: null };
}

/** Webview to host, without an answer. */
export interface HostNotifications {
  'view/state': ViewState;
  /** What has the focus, for the commands and `when` clauses of VS Code. */
  'view/context': { readonly row: number | null; readonly column: string | null; readonly path?: ValuePath };
}

/** Host to webview, without an answer. */
export interface WebviewNotifications {
  'document/changed': DocumentState;
  'document/reveal': TableRow;
  /** More rows of a query were found, or it ended. */
  'document/result': ResultState;
  /** How far the work is that a statement of the console waits for. */
  'document/sqlProgress': SqlProgress;
  /** Other pictures may be fetched than before, or paths start elsewhere: what was asked for is asked for again. */
  'document/pictures': Record<string, never>;
  /** Cells have other values than before. */
  'document/edited': Record<string, never>;
  /** A command of VS Code that the webview carries out. */
  'document/command': { readonly command: ViewCommand };
}

/** Commands contributed to VS Code whose work is in the webview. */
export type ViewCommand =
  | 'goToRow'
  | 'find'
  | 'search'
  | 'nextMatch'
  | 'previousMatch'
  | 'addFilter'
  | 'clearFilters'
  | 'undoFilter'
  | 'redoFilter'
  | 'sortAscending'
  | 'sortDescending'
  | 'clearSort'
  | 'moveColumnLeft'
  | 'moveColumnRight'
  | 'moveColumnFirst'
  | 'moveColumnLast'
  | 'showStatistics'
  | 'toggleCharts'
  | 'export'
  | 'card'
  | 'copyCell'
  | 'copyRow'
  | 'copySelection'
  | 'copyAsCsv'
  | 'copyAsMarkdown'
  | 'showRow'
  | 'showSchema'
  | 'showMetadata'
  | 'showSql'
  | 'hideColumn'
  | 'showAsPictures'
  | 'showAsText'
  | 'showAllColumns'
  | 'toggleGallery'
  | 'compareRows'
  | 'toggleWrap'
  | 'replace'
  | 'setValues'
  | 'pasteColumn'
  | 'dropRows'
  | 'showEdits'
  | 'showEditedRows';
