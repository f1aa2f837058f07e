import type { ValuePath, Value } from './values.ts';
import type { Member, OpenShard, Page, ShardId, ShardMetadata, ShardState } from './shards.ts';

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
}

export interface CellAddress {
  readonly shard: ShardId;
  readonly row: number;
  readonly column: number;
  /** A place inside the cell; the whole cell where empty. */
  readonly path: ValuePath;
}

/** A row whole, within `ROW_LIMITS`. */
export interface Row {
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
  | { readonly status: 'broken'; readonly message: string; readonly facts?: Partial<PictureFacts> };

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
  'shard/open': { params: { readonly path: string }; result: OpenShard };
  'shard/close': { params: { readonly shard: ShardId }; result: null };
  /** Rows `[start, end)`, only the columns named. */
  'shard/page': {
    params: { readonly shard: ShardId; readonly start: number; readonly end: number; readonly columns: readonly number[] };
    result: Page;
  };
  'shard/row': { params: { readonly shard: ShardId; readonly row: number }; result: Row };
  'shard/text': { params: CellAddress; result: WholeText };
  /** JSON of rows `[start, end)`: one record a line; of one cell when `cell` is given. */
  'shard/json': {
    params: {
      readonly shard: ShardId;
      readonly start: number;
      readonly end: number;
      readonly columns: readonly number[];
      /** True: the bare value of the only row and column, not a record. */
      readonly bare: boolean;
      /** With `bare`: a place inside the cell. */
      readonly path?: ValuePath;
    };
    result: { readonly json: string };
  };
  /** A picture scaled to fit `height` CSS pixels times the screen's ratio, upright. */
  'shard/thumbnail': { params: CellAddress & { readonly height: number }; result: Picture };
  /** The picture as stored, where a browser can show it; else converted. */
  'shard/picture': { params: CellAddress; result: Picture };
  'shard/metadata': { params: { readonly shard: ShardId }; result: ShardMetadata };
}

/** Engine to host, without an answer. */
export interface EngineNotifications {
  /** Rows, columns, notices or progress changed; at most ten a second a shard. */
  'shard/changed': OpenShard;
  'engine/heartbeat': { readonly residentMemory: number };
  'engine/log': { readonly level: 'info' | 'warn' | 'error'; readonly message: string };
}

/** Sent as progress of a request that takes long. */
export type ShardProgress = NonNullable<ShardState['progress']>;
