import type { Query } from '../../protocol/queries.ts';
import { query as ask } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { prepareQuery, type Circumstances } from './prepared-query.ts';
import { queryError } from './query-error.ts';

/** How many rows a query keeps, by one scan of the columns that it names. @throws LoupeError */
export async function countRows(shard: Shard, query: Query, circumstances: Circumstances): Promise<{ readonly kept: number; readonly total: number }> {
  const prepared = await prepareQuery(shard, { conditions: query.conditions, sort: [] }, circumstances);
  const total = prepared.relation.rows;
  if (query.conditions.length === 0) return { kept: total, total };
  try {
    const { columns } = await ask(prepared.select('count(*)::DOUBLE'), [], { signal: circumstances.signal });
    return { kept: Number(columns[0]?.[0] ?? 0), total };
  } catch (error) {
    throw queryError(shard.state().path, error, query);
  }
}
