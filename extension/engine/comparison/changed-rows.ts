import { LoupeError } from '../../rpc/failure.ts';
import { query } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';

/** Tables of changed rows by shard. They live in the memory of the engine's only DuckDB, which spills to its folder on disk. */
const tables = new WeakMap<Shard, string>();

/** Tables are named by it, for all of this process. */
let nextTable = 1;

/**
 * Keeps the rows that a statement gives as the changed ones of a shard, in place of earlier ones.
 * @returns the table's name
 */
export async function keepChangedRows(shard: Shard, sql: string, signal: AbortSignal): Promise<string> {
  const name = `loupe_changed_${nextTable++}`;
  await query(`CREATE TABLE ${name} AS ${sql}`, [], { signal });
  await forgetChangedRows(shard);
  tables.set(shard, name);
  return name;
}

/** SQL that is true for the changed rows of a shard. @throws LoupeError `invalid-request` where it was not compared */
export function changedRowSql(shard: Shard, row: string): string {
  const table = tables.get(shard);
  if (table === undefined) throw new LoupeError('invalid-request', 'There is no other version beside this one to compare with.');
  return `${row} IN (SELECT row FROM ${table})`;
}

/** Never throws. */
export async function forgetChangedRows(shard: Shard): Promise<void> {
  const table = tables.get(shard);
  tables.delete(shard);
  if (table !== undefined) await query(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
}
