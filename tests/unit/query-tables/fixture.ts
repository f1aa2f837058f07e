import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import type { ColumnRef, Relation, ReportWork } from '../../../extension/engine/queries/relation.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';

export const folder = mkdtempSync(join(tmpdir(), 'loupe-tables-'));
export const never = new AbortController().signal;
const open: Shard[] = [];
let count = 0;

afterAll(async () => {
  for (const shard of open) await shard.close();
  await closeDuckdb();
  rmSync(folder, { recursive: true, force: true });
});

export function file(content: string | Buffer, suffix = 'jsonl'): string {
  const path = join(folder, `${count++}.${suffix}`);
  writeFileSync(path, content);
  return path;
}

export function newCache(): string {
  return join(folder, `cache${count++}`);
}

/** What lies in a cache, by the ending of its name. */
export function cached(cache: string, ending: string): string[] {
  return readdirSync(join(cache, 'files')).filter((name) => name.endsWith(ending));
}

export async function openFile(path: string, options: { readonly cache?: string; readonly cacheBytes?: number } = {}): Promise<Shard> {
  const { cache = newCache(), cacheBytes = 1024 ** 3 } = options;
  const shard = await openShard(path, { cacheFolder: cache, cacheBytes, changed: () => undefined, signal: never });
  await shard.settled();
  open.push(shard);
  return shard;
}

/** Columns by name, fields behind dots. */
export function refs(shard: Shard, names: readonly string[]): ColumnRef[] {
  const { columns } = shard.state();
  return names.map((path) => {
    const [name = '', ...fields] = path.split('.');
    return { index: columns.find((column) => column.name === name)?.index ?? -1, fields };
  });
}

export async function relate(shard: Shard, names: readonly string[], report: ReportWork = () => undefined, signal = never): Promise<Relation> {
  return shard.relation(refs(shard, names), report, signal);
}

/** Values of a relation by column, as text, in the order of the rows; `-` where a row does not have the field. */
export async function texts(relation: Relation): Promise<(string | null)[][]> {
  const cells = relation.types.map((_, at) => `CASE WHEN m${at} THEN '-' ELSE v${at}::VARCHAR END`);
  const { columns } = await query(`SELECT ${['row', ...cells].join(', ')} FROM ${relation.from} ORDER BY row`, []);
  const rows = columns[0] ?? [];
  if (rows.some((row, at) => Number(row) !== at) || rows.length !== relation.rows) throw new Error(`Rows ${rows.join()} of ${relation.rows}`);
  return columns.slice(1).map((column) => column.map((text) => (text === null ? null : String(text))));
}

/** Types and values of columns. */
export async function table(shard: Shard, names: readonly string[]): Promise<{ types: string[]; columns: (string | null)[][] }> {
  const relation = await relate(shard, names);
  return { types: relation.types.map(String), columns: await texts(relation) };
}
