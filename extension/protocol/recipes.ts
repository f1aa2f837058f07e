import type { ColumnKind } from './shards.ts';

/** What the host and the recipes' language server tell each other beside the Language Server Protocol. */

/** Notification to the server: all shards that are open in the window, at the start and whenever they change. */
export const OPEN_SHARDS = 'loupe/openShards';

/** Request to the host, where `initializationOptions.columnsOf` is true: the columns of a shard on disk. */
export const COLUMNS_OF = 'loupe/columnsOf';

/** A column as far as recipes ask. */
export interface DataColumn {
  readonly name: string;
  /** The type in the format's own words. */
  readonly type: string;
  readonly kind: ColumnKind;
}

export interface OpenShardColumns {
  /** What the editor's tab says. */
  readonly name: string;
  /** Local files: the shard, or the first shards of a set. */
  readonly paths: readonly string[];
  readonly columns: readonly DataColumn[];
}

export interface OpenShardsParams {
  /** The one that had the user's attention last comes first. */
  readonly shards: readonly OpenShardColumns[];
}

export interface ColumnsOfParams {
  readonly path: string;
}

/** Null where the file is no shard that can be read. */
export type ColumnsOfResult = readonly DataColumn[] | null;
