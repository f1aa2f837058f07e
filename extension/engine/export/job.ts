import type { ExportWish } from '../../protocol/export.ts';
import type { Column } from '../../protocol/shards.ts';
import type { Circumstances } from '../queries/prepared-query.ts';
import type { Shard } from '../shards/shard.ts';

/** One export under way. */
export interface ExportJob {
  readonly shard: Shard;
  readonly wish: ExportWish;
  /** The columns to write, in order. */
  readonly columns: readonly Column[];
  readonly circumstances: Circumstances;
  /** Told how many rows are written of how many. */
  readonly progress: (done: number, total: number) => void;
  /** What the user should know of how values are written. */
  readonly notes: Set<string>;
}
