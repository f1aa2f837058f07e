import { query } from '../duckdb/session.ts';
import { orAbort } from '../or-abort.ts';
import type { Shard } from '../shards/shard.ts';

interface RowTable {
  readonly name: string;
  readonly version: number;
  readonly made: Promise<void>;
}

/** Tables of rows with edits, by shard, as they were at a version of it. */
const tables = new WeakMap<Shard, RowTable>();

/** Tables are named by it, for all of this process. */
let nextTable = 1;

/** Writes down which rows of a shard have edits, for `editedRowSql`. */
export async function keepEditedRows(shard: Shard, signal: AbortSignal): Promise<void> {
  const { version = 0 } = shard;
  const kept = tables.get(shard);
  if (kept?.version !== version) {
    const name = `loupe_edited_${nextTable++}`;
    const rows = JSON.stringify(shard.editedRows?.() ?? []);
    const made = query(`CREATE TABLE ${name} AS SELECT unnest(from_json($1, '["BIGINT"]')) AS row`, [rows]).then(() => undefined);
    tables.set(shard, { name, version, made });
    if (kept !== undefined) await drop(kept);
  }
  await orAbort(tables.get(shard)?.made ?? Promise.resolve(), signal);
}

/** SQL that is true for the rows that have edits; false everywhere where they were not written down. */
export function editedRowSql(shard: Shard, row: string): string {
  const table = tables.get(shard);
  return table === undefined ? 'false' : `${row} IN (SELECT row FROM ${table.name})`;
}

/** Never throws. */
export async function forgetEditedRows(shard: Shard): Promise<void> {
  const table = tables.get(shard);
  tables.delete(shard);
  if (table !== undefined) await drop(table);
}

async function drop({ name, made }: RowTable): Promise<void> {
  await made.then(() => query(`DROP TABLE IF EXISTS ${name}`, [])).catch(() => undefined);
}
