import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openLocation } from '../../../extension/engine/open-location.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import type { ShardLocation } from '../../../extension/protocol/shards.ts';
import { GRID_LIMITS, type Value } from '../../../extension/protocol/values.ts';

/** A folder of shards that a test writes and opens as a set. */
export class SetFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'loupe-sets-'));
  readonly #open: Shard[] = [];
  /** Times the set said that it changed. */
  changes = 0;

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array = ''): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** JSON Lines of records. */
  lines(name: string, records: readonly object[]): void {
    this.write(name, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }

  async open(patterns: readonly string[], more: Pick<Extract<ShardLocation, { kind: 'set' }>, 'followLinks' | 'sideCars'> = {}): Promise<Shard> {
    const context = { cacheFolder: this.path('.cache'), cacheBytes: 1e9, changed: () => (this.changes += 1), signal: new AbortController().signal };
    const shard = await openLocation({ kind: 'set', folder: this.folder, patterns, ...more }, context);
    this.#open.push(shard);
    return shard;
  }

  async end(): Promise<void> {
    await Promise.all(this.#open.map((shard) => shard.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const never = new AbortController().signal;

/** Rows as texts by column name; `·` for missing, `!` before what cannot be read. */
export async function rowsOf(shard: Shard, start = 0, end = 1_000_000): Promise<Record<string, string>[]> {
  const all = await shard.read({ start, end, columns: shard.state().columns.map(({ index }) => index), limits: GRID_LIMITS }, never);
  const columns = shard.state().columns;
  return (all[0] ?? []).map((_, row) => Object.fromEntries(all.map((values, i) => [columns[i]?.name ?? '', textOf(values[row] ?? null)])));
}

export function textOf(value: Value): string {
  if (value === null || typeof value !== 'object') return String(value);
  if (value.type === 'missing') return '·';
  if (value.type === 'invalid') return `!${value.message}`;
  return 'text' in value ? value.text : JSON.stringify(value);
}
