import { basename, resolve } from 'node:path';
import type { ShardLocation, ShardState } from '../../protocol/shards.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import { openLocation } from '../open-location.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { Terminal } from './run.ts';
import { terminalText } from '../pages/terminal-text.ts';

/** What a command over files as one table works with. */
export interface Circumstances extends Pick<ShardContext, 'cacheFolder' | 'cacheBytes'> {
  readonly terminal: Terminal;
  /** Tells what a person should know of a file; whether it was read whole. */
  readonly tellNotices: (state: ShardState, file: string, terminal: Terminal) => boolean;
  readonly signal: AbortSignal;
}

/** Opens the files as one table for some work. @returns the exit code */
export async function withShard(files: readonly string[], { terminal, tellNotices, signal, ...cache }: Circumstances, work: (shard: Shard) => Promise<void>): Promise<number> {
  const name = files.length === 1 ? (files[0] ?? '') : `${files.length} files`;
  let shard: Shard | null = null;
  try {
    shard = await openLocation(locationOf(files), { ...cache, changed: () => undefined, signal });
    await work(shard);
    return tellNotices(shard.state(), name, terminal) ? 0 : 1;
  } catch (error) {
    const { message, code } = toLoupeError(error);
    terminal.err(`loupe: ${terminalText(shard === null ? `${basename(name)}: ${message}` : message)}\n`);
    return code === 'invalid-request' ? 2 : 1;
  } finally {
    await shard?.close();
  }
}

function locationOf(files: readonly string[]): ShardLocation {
  const [only, ...others] = files.map((file) => resolve(file));
  return only !== undefined && others.length === 0 ? { kind: 'file', path: only } : { kind: 'set', folder: process.cwd(), patterns: files.map((file) => resolve(file)) };
}
