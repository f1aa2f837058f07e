import type { ShardState } from '../../protocol/shards.ts';
import type { Shard } from '../shards/shard.ts';

/** The rows of a side-car, whatever its format: an open shard is one, and so are NumPy arrays. */
export interface SideTable extends Pick<Shard, 'read' | 'readRows' | 'relation' | 'settled' | 'close' | 'rewriter'> {
  state(): Pick<ShardState, 'columns' | 'rows' | 'rowsComplete' | 'bytesRead'>;
}
