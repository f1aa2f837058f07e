import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import type { EngineNotifications, EngineRequests } from '../protocol/engine.ts';
import { listen, request } from '../rpc/connection.ts';
import { LoupeError } from '../rpc/failure.ts';
import { engineEnvironment } from './environment.ts';
import type { EngineLog } from './log.ts';

/** Characters of one line of the engine's stderr that reach the log. */
const MAX_LOG_LINE = 4_000;

export interface EngineProcessOptions {
  /** The engine's bundle. */
  readonly entry: string;
  /** V8's old space, MiB. */
  readonly heap: number;
  readonly log: EngineLog;
  /** Called once, before the requests under way are rejected; `cause` completes "The engine ended: ...". */
  readonly ended: (engine: EngineProcess, cause: string) => void;
}

/** One engine process and the connection to it. Ends once; a new one is a new object. */
export class EngineProcess {
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #options: EngineProcessOptions;
  #cause: string | null = null;
  #alive = true;
  #lastWords = '';

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#child = fork(options.entry, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${options.heap}`],
      env: engineEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.pid = this.#child.pid ?? -1;
    this.#connection = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child), {
      error: (message) => options.log.error(`engine connection: ${message}`),
      warn: (message) => options.log.warn(`engine connection: ${message}`),
      info: () => undefined,
      log: () => undefined,
    });
    // A write to an engine that has just died is told by its end; the connection's own error event would only repeat it.
    this.#connection.onError(() => undefined);
    this.#connection.listen();
    this.exited = this.#watch();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** The last line that the engine wrote to its stderr, for an engine that does not start. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** @throws LoupeError `engine-lost` when the process ends before it answers */
  async request<K extends keyof EngineRequests>(
    method: K,
    params: EngineRequests[K]['params'],
    signal?: AbortSignal,
  ): Promise<EngineRequests[K]['result']> {
    try {
      return await request<EngineRequests, K>(this.#connection, method, params, signal);
    } catch (error) {
      if (this.#alive || signal?.aborted) throw error;
      throw new LoupeError('engine-lost', `Loupe's engine ended while it worked on this (${this.#cause ?? 'unknown cause'}).`, { cause: error });
    }
  }

  on<K extends keyof EngineNotifications>(method: K, handler: (params: EngineNotifications[K]) => void): void {
    listen<EngineNotifications, K>(this.#connection, method, handler);
  }

  /** Ends the process at once; the cause is what its end will be told as. */
  kill(cause: string): void {
    this.#cause ??= cause;
    this.#child.kill('SIGKILL');
  }

  /** Asks the engine to end, and ends it when it has not done so after the grace period (milliseconds). */
  async stop(grace: number): Promise<void> {
    this.#cause ??= 'it was asked to';
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), grace);
    await this.exited;
    clearTimeout(timer);
  }

  #watch(): Promise<void> {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastWords = line.trim() === '' ? this.#lastWords : line.slice(0, MAX_LOG_LINE);
        this.#options.log.warn(`engine ${this.pid}: ${line.slice(0, MAX_LOG_LINE)}`);
      });
    }
    return new Promise((resolve) => {
      const end = (cause: string): void => {
        if (!this.#alive) return;
        this.#alive = false;
        this.#cause ??= cause;
        this.#options.ended(this, this.#cause);
        this.#connection.dispose();
        resolve();
      };
      this.#child.once('exit', (code, signal) => end(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`));
      this.#child.once('error', (error) => {
        if (this.#child.exitCode === null && this.pid === -1) end(`it could not be started: ${error.message}`);
      });
    });
  }
}
