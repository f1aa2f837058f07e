import type { ShardState } from '../../../extension/protocol/shards.ts';

/** A table of a thousand rows and one column. */
export const shard: ShardState = {
  path: '/data/x.parquet',
  format: 'parquet',
  compression: 'none',
  fileSize: 1,
  rows: 1000,
  rowsComplete: true,
  columns: [{ index: 0, name: 'a', type: 'INTEGER', kind: 'number' }],
  notices: [],
  bytesRead: 0,
};
