import { fork, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import type { EngineLimits, EngineNotifications, EngineRequests } from '../../extension/protocol/engine.ts';
import type { ShardState } from '../../extension/protocol/shards.ts';
import { listen, request } from '../../extension/rpc/connection.ts';

const entry = resolve(import.meta.dirname, '../../extension/engine/main.ts');
const DEFAULTS: EngineLimits = { duckdbMemory: 1024, duckdbThreads: 2, cacheSize: 4096, openTimeout: 5 };

/** The real engine in a process of its own, as the host runs it, for tests and benchmarks. */
export class EngineProcess {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** The last state told for each shard. */
  readonly states = new Map<number, ShardState>();
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.child = child;
    this.#folder = folder;
    this.connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    listen<EngineNotifications, 'shard/changed'>(this.connection, 'shard/changed', ({ shard, state }) => void this.states.set(shard, state));
    this.connection.listen();
    // A request in flight when the engine dies must not wait for ever.
    child.once('exit', () => this.connection.dispose());
  }

  /**
   * @param program the engine's entry: its source, or a bundle
   * @param heap V8's, in MiB
   * @param uid another user, where this one is root
   */
  static async start(limits: Partial<EngineLimits> = {}, program = entry, heap = 2048, uid?: number): Promise<EngineProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'loupe-engine-'));
    if (uid !== undefined) chownSync(folder, uid, uid);
    const child = fork(program, { ...(uid === undefined ? {} : { uid }), serialization: 'advanced', execArgv: [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning'] });
    const engine = new EngineProcess(child, folder);
    await engine.request('engine/configure', { cacheFolder: folder, limits: { ...DEFAULTS, ...limits } });
    return engine;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  request<K extends keyof EngineRequests>(method: K, params: EngineRequests[K]['params'], signal?: AbortSignal): Promise<EngineRequests[K]['result']> {
    return request<EngineRequests, K>(this.connection, method, params, signal);
  }

  async stop(): Promise<void> {
    if (this.alive) {
      const gone = new Promise((done) => this.child.once('exit', done));
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
