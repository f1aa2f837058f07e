import type { EngineRequests } from '../../protocol/engine.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import type { Statistics } from './statistics.ts';

/** The requests about distributions. */
export function statisticsHandlers(statistics: Statistics): Pick<RequestHandlers<EngineRequests>, 'shard/summary' | 'shard/joint'> {
  return {
    'shard/summary': (params, signal) => statistics.summary(params, signal),
    'shard/joint': (params, signal) => statistics.joint(params, signal),
  };
}
