import { quoteName } from '../duckdb/quote.ts';
import type { ReportWork } from '../queries/relation.ts';
import { TABLE_NAME } from '../queries/sql-syntax.ts';
import { sqlNames } from '../queries/table-names.ts';
import type { Shard } from '../shards/shard.ts';
import type { ColumnUse } from './column-use.ts';

/**
 * SQL that makes the columns which a statement uses known to a connection as the view `shard`; so the statement runs as
 * it was written, and DuckDB's errors have their place in it.
 * @throws LoupeError
 */
export async function shardViewSql(shard: Shard, use: ColumnUse, report: ReportWork, signal: AbortSignal): Promise<string> {
  await allColumns(shard, signal);
  const { columns } = shard.state();
  const names = sqlNames(columns);
  const used = columns.flatMap(({ index }, at) => (use.every || use.names(names[at] ?? '') ? [{ index, name: names[at] ?? '' }] : []));
  const relation = await shard.relation(
    used.map(({ index }) => ({ index, fields: [] })),
    report,
    signal,
  );
  const list = used.map(({ name }, at) => `v${at} AS ${quoteName(name)}`);
  // A view without columns is none, and without any `count(*)` still counts rows.
  return `CREATE OR REPLACE TEMP VIEW ${TABLE_NAME} AS SELECT ${list.length === 0 ? '"row" AS "loupe:row"' : list.join(', ')} FROM ${relation.from}`;
}

/** While a text format is indexed, columns may still come. */
async function allColumns(shard: Shard, signal: AbortSignal): Promise<void> {
  if (shard.state().rowsComplete) return;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([shard.settled(), aborted]);
  signal.throwIfAborted();
}
