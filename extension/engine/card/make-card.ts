import type { Query } from '../../protocol/queries.ts';
import type { RecognisedColumn } from '../../protocol/scores.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { orAbort } from '../or-abort.ts';
import type { IdTables } from '../queries/id-tables.ts';
import { ResultShard } from '../queries/result-shard.ts';
import { RunningResult } from '../queries/running-result.ts';
import type { Shard } from '../shards/shard.ts';
import { cardText } from './card-text.ts';
import { cardFacts } from './facts.ts';

/** What a card is made of besides the shard. */
export interface CardWish {
  readonly query: Query;
  /** What the user says columns are for. */
  readonly corrections: readonly RecognisedColumn[];
  readonly idTables: IdTables;
}

/** A data set card of the rows that a query keeps, as Markdown. @throws LoupeError */
export async function makeCard(shard: Shard, { query, corrections, idTables }: CardWish, signal: AbortSignal): Promise<string> {
  await orAbort(shard.settled(), signal);
  if (query.conditions.length === 0) return cardText(await cardFacts(shard, shard, query, corrections, signal));
  const running = new RunningResult({ id: 0, shard, query: { ...query, sort: [] }, idTables, tell: () => undefined });
  try {
    await running.until(() => false, signal);
    const { error } = running.state();
    if (error !== undefined) throw LoupeError.fromData(error);
    return cardText(await cardFacts(shard, new ResultShard(shard, running, idTables), query, corrections, signal));
  } finally {
    await running.stop();
  }
}
