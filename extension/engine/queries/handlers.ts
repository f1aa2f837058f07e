import type { EngineRequests } from '../../protocol/engine.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import type { Circumstances } from './prepared-query.ts';
import type { IdTables } from './id-tables.ts';
import { nextMatch } from './next-match.ts';
import type { Queries } from './queries.ts';

type Methods = 'shard/query' | 'shard/closeResult' | 'shard/count' | 'shard/position' | 'shard/nextMatch';

/** The requests about queries. */
export function queryHandlers(queries: Queries, idTables: IdTables): Pick<RequestHandlers<EngineRequests>, Methods> {
  const silently = (signal: AbortSignal): Circumstances => ({ idTables, signal, report: () => undefined });
  return {
    'shard/query': ({ shard, query, replaces }, signal) => queries.start(shard, query, replaces, signal),
    'shard/closeResult': async ({ shard, result }) => {
      await queries.close(shard, result);
      return null;
    },
    'shard/count': ({ shard, query }, signal) => queries.counts(shard).count(queries.target({ shard }), query, silently(signal)),
    'shard/position': async ({ shard, result, row, wait = false }, signal) => {
      const running = queries.result(shard, result);
      return { position: wait ? await running.find(row, signal) : running.rows.indexOf(row) };
    },
    'shard/nextMatch': async ({ shard, result, match }, signal) => {
      const base = queries.target({ shard });
      const running = result === undefined ? null : queries.result(shard, result);
      return { position: await nextMatch(base, running, match, silently(signal)) };
    },
  };
}
