import type { EngineRequests } from '../../protocol/engine.ts';
import type { ExportProgress } from '../../protocol/export.ts';
import type { ShardId } from '../../protocol/shards.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { makeCard } from '../card/make-card.ts';
import type { IdTables } from '../queries/id-tables.ts';
import type { Shard } from '../shards/shard.ts';
import { throttle } from '../throttle.ts';
import { exportRows } from './export-rows.ts';

/** Milliseconds between two tellings of one export. */
const TELL_INTERVAL = 100;

export interface ExportHandlerParts {
  /** @throws LoupeError for a shard that is not open */
  readonly shard: (id: ShardId) => Shard;
  readonly idTables: IdTables;
  /** Paths of all files that are open. */
  readonly openFiles: () => readonly string[];
  readonly tell: (progress: ExportProgress) => void;
}

/** The requests about files that leave Loupe. */
export function exportHandlers({ shard, idTables, openFiles, tell }: ExportHandlerParts): Pick<RequestHandlers<EngineRequests>, 'shard/export' | 'shard/card'> {
  return {
    'shard/export': async ({ shard: id, export: number, wish }, signal) => {
      let latest: ExportProgress = { export: number, done: 0, total: 0 };
      const teller = throttle(TELL_INTERVAL, () => tell(latest));
      const told = (progress: Omit<ExportProgress, 'export'>): void => {
        latest = { export: number, ...progress };
        teller.call();
      };
      try {
        return await exportRows(shard(id), wish, {
          open: openFiles(),
          circumstances: { idTables, signal, report: (label, done, total) => told({ label, done, total }) },
          progress: (done, total) => told({ done, total }),
        });
      } finally {
        teller.stop();
      }
    },
    'shard/card': async ({ shard: id, query, corrections }, signal) => ({ text: await makeCard(shard(id), { query, corrections, idTables }, signal) }),
  };
}
