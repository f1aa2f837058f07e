import { basename } from 'node:path';
import type { EngineSettings } from '../protocol/engine.ts';
import type { OpenShard, ShardId, ShardLocation } from '../protocol/shards.ts';
import { LoupeError } from '../rpc/failure.ts';
import { OverlayShard } from './edits/overlay-shard.ts';
import { openLocation } from './open-location.ts';
import type { Shard } from './shards/shard.ts';
import { throttle } from './throttle.ts';

/** Changes of a shard's state are told at most this often, in milliseconds. */
const CHANGE_INTERVAL = 100;

interface Entry {
  readonly shard: Shard;
  readonly stop: AbortController;
}

/** The shards that are open in this engine, and the telling of their changes. */
export class OpenShards {
  readonly #entries = new Map<ShardId, Entry>();
  readonly #announce: (change: OpenShard) => void;
  #nextId = 1;

  constructor(announce: (change: OpenShard) => void) {
    this.#announce = announce;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** @throws LoupeError `timeout` when the file has not opened within the limit, and whatever its reader says */
  async open(location: ShardLocation, settings: EngineSettings, signal: AbortSignal): Promise<OpenShard> {
    const id = this.#nextId++;
    const stop = new AbortController();
    const giveUp = (): void => stop.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    const announcer = throttle(CHANGE_INTERVAL, () => this.#tell(id));
    stop.signal.addEventListener('abort', announcer.stop, { once: true });
    const path = location.kind === 'file' ? location.path : location.folder;
    try {
      const shard = await withinTime(
        settings.limits.openTimeout,
        path,
        openLocation(location, {
          cacheFolder: settings.cacheFolder,
          cacheBytes: cacheBytes(settings),
          changed: announcer.call,
          signal: stop.signal,
        }),
      );
      const edited = shard.rewriter === undefined ? shard : new OverlayShard(shard, announcer.call);
      this.#entries.set(id, { shard: edited, stop });
      return { shard: id, state: edited.state() };
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  has(id: ShardId): boolean {
    return this.#entries.has(id);
  }

  /** @throws LoupeError `invalid-request` for a handle that is not open */
  get(id: ShardId): Shard {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new LoupeError('invalid-request', 'This shard is not open any more.');
    return entry.shard;
  }

  /** Paths of all files that are open, side-cars too. */
  files(): string[] {
    return [...this.#entries.values()].flatMap(({ shard }) => filesOf(shard));
  }

  async close(id: ShardId): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.stop.abort();
    await entry?.shard.close();
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#entries.keys()].map((id) => this.close(id)));
  }

  #tell(id: ShardId): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#announce({ shard: id, state: entry.shard.state() });
  }
}

/** Paths of the files that a shard is made of. */
export function filesOf(shard: Shard): string[] {
  const { path, sideCars = [] } = shard.state();
  return [...(shard.files?.() ?? [path]), ...sideCars.flatMap(({ path: own, others = [] }) => [own, ...others])];
}

/** Bytes that copies on disk may take. */
export function cacheBytes({ limits }: EngineSettings): number {
  return limits.cacheSize * 1024 * 1024;
}

/** An opening that ends too late is closed again: nobody would. */
async function withinTime(seconds: number, path: string, opening: Promise<Shard>): Promise<Shard> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opening.then((shard) => shard.close()).catch(() => undefined);
      reject(new LoupeError('timeout', `${basename(path)} did not open within ${seconds} s (setting loupe.engine.openTimeout).`, { path }));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
