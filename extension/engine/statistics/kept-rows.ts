import type { Query } from '../../protocol/queries.ts';
import { prepareQuery, type Circumstances } from '../queries/prepared-query.ts';
import type { ColumnRef, Relation } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';

/** The rows that a query keeps, in no order and without their numbers: they are only counted. @throws LoupeError */
export async function keptRows(shard: Shard, { conditions }: Query, circumstances: Circumstances, columns: readonly ColumnRef[]): Promise<Pick<Relation, 'from' | 'types'>> {
  const prepared = await prepareQuery(shard, { conditions, sort: [] }, circumstances, columns);
  const select = prepared.select(prepared.others.map(({ sql }, at) => `${sql} AS v${at}`).join(', '));
  return { from: `(${select})`, types: prepared.others.map(({ type }) => type) };
}
