import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openJsonLines, type JsonShape } from '../../../extension/engine/shards/jsonl/open.ts';
import type { Shard, ShardContext } from '../../../extension/engine/shards/shard.ts';
import { GRID_LIMITS, type Value, type ValueLimits } from '../../../extension/protocol/values.ts';

export const folder = mkdtempSync(join(tmpdir(), 'loupe-jsonl-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const never = new AbortController().signal;
let files = 0;

export function file(content: string | Buffer, suffix = 'jsonl'): string {
  const path = join(folder, `${files++}.${suffix}`);
  writeFileSync(path, content);
  return path;
}

export function context(changed: () => void = () => undefined): ShardContext {
  return { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed, signal: never };
}

export async function openShard(path: string, layout: JsonShape['layout'] = 'lines', compression: JsonShape['compression'] = 'none'): Promise<Shard> {
  return openJsonLines(path, { layout, compression }, context());
}

/** Rows as records of their cells, missing ones left out. */
export async function records(shard: Shard, start = 0, end = Infinity, limits: ValueLimits = GRID_LIMITS): Promise<Record<string, Value>[]> {
  await shard.settled();
  const before = shard.state().columns.map((column) => column.index);
  await shard.read({ start, end: Math.min(end, shard.state().rows), columns: before, limits }, never);
  const { columns, rows } = shard.state();
  const values = await shard.read({ start, end: Math.min(end, rows), columns: columns.map((column) => column.index), limits }, never);
  const count = values[0]?.length ?? 0;
  return Array.from({ length: count }, (_, row) => {
    const cells = columns.map((column, index) => [column.name, values[index]?.[row] ?? null] as const);
    return Object.fromEntries(cells.filter(([, value]) => !(typeof value === 'object' && value?.type === 'missing')));
  });
}

export const number = (text: string | number): Value => ({ type: 'number', text: String(text) });
