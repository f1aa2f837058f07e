import type { EngineRequests } from '../../protocol/engine.ts';
import type { Query } from '../../protocol/queries.ts';
import type { Preset } from '../../protocol/scores.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import type { Shard } from '../shards/shard.ts';
import { countedColumn } from '../statistics/statistics.ts';
import { askOf } from '../statistics/counted-table.ts';
import { shareEnd } from '../statistics/share-end.ts';
import { readShape } from '../shards/column-shape.ts';
import { presetsFor } from './presets.ts';
import { recognise } from './recognise.ts';

/** The requests about what columns mean. @param open @throws LoupeError for a shard that is not open */
export function scoreHandlers(open: (id: ShardId) => Shard): Pick<RequestHandlers<EngineRequests>, 'shard/scores' | 'shard/preset'> {
  return {
    'shard/scores': ({ shard, corrections }, signal) => scores(open(shard), corrections, signal),
    'shard/preset': async ({ shard, preset }, signal) => ({ query: await presetQuery(open(shard), preset, signal) }),
  };
}

type Scores = EngineRequests['shard/scores'];

async function scores(shard: Shard, corrections: Scores['params']['corrections'], signal: AbortSignal): Promise<Scores['result']> {
  const columns = recognise(await readShape(shard, signal), shard.state().path, corrections);
  return { columns, presets: presetsFor(columns) };
}

/** A share becomes the range that holds it: of all rows, whatever the other conditions keep. */
async function presetQuery(shard: Shard, { conditions, top }: Preset, signal: AbortSignal): Promise<Query> {
  if (top === undefined) return { conditions, sort: [] };
  const { column, share, lowest } = top;
  if (!(share > 0 && share <= 1)) throw new LoupeError('invalid-request', `A share is above 0 and at most 1, not ${share}.`);
  const end = await shareEnd(askOf(shard.state().path, signal), await countedColumn(shard, column, signal), share, lowest);
  if (end === null) throw new LoupeError('unsupported', `The column ${column.join('.')} has no values to take a share of.`);
  return { conditions: [...conditions, { type: 'range', column, ...(lowest ? { max: end } : { min: end }) }], sort: [] };
}
