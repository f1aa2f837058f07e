import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { openLocation } from '../../../extension/engine/open-location.ts';
import type { Shard, ShardContext } from '../../../extension/engine/shards/shard.ts';

/** A folder of shards and side-cars that a test writes. */
export class SideCarFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'loupe-sidecars-'));
  readonly context: ShardContext = { cacheFolder: join(this.folder, '.cache'), cacheBytes: 1e9, changed: () => undefined, signal: new AbortController().signal };
  readonly #open: Shard[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  lines(name: string, records: readonly object[]): string {
    return this.write(name, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }

  /** What a SELECT gives as a Parquet file. */
  async parquet(name: string, select: string): Promise<string> {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    await query(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet)`, []);
    return path;
  }

  /** Opens a shard with what lies beside it; everything is joined and counted when this resolves. */
  async open(path: string): Promise<Shard> {
    const shard = await openLocation({ kind: 'file', path }, this.context);
    this.#open.push(shard);
    await shard.settled();
    return shard;
  }

  async end(): Promise<void> {
    await Promise.all(this.#open.map((shard) => shard.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
