import { basename } from 'node:path';
import type { EngineRequests, EngineSettings } from '../protocol/engine.ts';
import type { ShardLocation } from '../protocol/shards.ts';
import type { Wait } from '../protocol/webview.ts';
import { LoupeError, toLoupeError } from '../rpc/failure.ts';
import { CrashAccount } from './crash-account.ts';
import { EngineProcess } from './engine-process.ts';
import type { EngineLog } from './log.ts';
import { PACE, type Pace } from './pace.ts';
import { quarantined, restarted } from './refusals.ts';
import { ShardHandle, type Prepare, type EngineAccess } from './shard-handle.ts';
import { Turns } from './turns.ts';
import { Watchdog } from './watchdog.ts';

export interface EngineClientSettings {
  /** V8's old space of the engine, MiB; in force from the next start. */
  readonly heap: number;
  /** MiB of resident memory at which the engine is ended. */
  readonly maximumResidentMemory: number;
  readonly engine: EngineSettings;
}

/** Starts in a row that fail before the engine is given up. */
const MAX_FAILED_STARTS = 3;

export interface EngineClientOptions {
  /** The engine's bundle. */
  readonly entry: string;
  /** Asked whenever they are needed, so that they are the user's present ones. */
  readonly settings: () => EngineClientSettings;
  readonly log: EngineLog;
  readonly pace?: Pace;
  /** Paths quarantined in an earlier session, and where to keep the present ones. */
  readonly quarantined?: readonly string[];
  readonly onQuarantine?: (paths: readonly string[]) => void;
  /** The engine does not start and is not tried again by itself. */
  readonly onGivenUp?: (error: LoupeError) => void;
}

/**
 * The host's side of the engine: one process, forked when first needed, watched, and started again with what was open when
 * it ends by itself. Handles of open shards outlive the process.
 */
export class EngineClient implements EngineAccess {
  readonly #options: EngineClientOptions;
  readonly #pace: Pace;
  readonly #account: CrashAccount;
  readonly #turns: Turns;
  readonly #handles = new Set<ShardHandle>();
  /** Requests under way by path. */
  readonly #underWay = new Map<string, number>();
  /** Every process that lives, also one that is still starting or already ending. */
  readonly #processes = new Set<EngineProcess>();
  /** The process that is ready for work. */
  #engine: EngineProcess | null = null;
  #starting: Promise<EngineProcess> | null = null;
  #watchdog: Watchdog | null = null;
  /** The engine has work and does not say that it lives. */
  #silent = false;
  #failedStarts = 0;
  #givenUp: LoupeError | null = null;
  #stopped = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.#account = new CrashAccount(options.quarantined);
    this.#turns = new Turns((path) => this.#account.isSuspect(path));
  }

  /** The engine's process id while one is ready. */
  get pid(): number | null {
    return this.#engine?.pid ?? null;
  }

  /** Engine processes that live; 0 after `stop`. */
  get processes(): number {
    return this.#processes.size;
  }

  /** A handle of this file or set; its opening begins at once. The caller closes it. */
  open(location: ShardLocation, prepare: Prepare | null = null): ShardHandle {
    const handle = new ShardHandle(location, this, prepare);
    this.#handles.add(handle);
    handle.open();
    return handle;
  }

  /** Tells the running engine the user's present settings. The heap alone needs a restart. */
  async configure(): Promise<void> {
    await this.#engine?.request('engine/configure', this.#options.settings().engine);
  }

  /** A new engine because the user asks for one: nobody is blamed, everything not quarantined is opened again. */
  async restart(): Promise<void> {
    const engine = this.#engine;
    // Who does not answer does not end by itself either.
    const grace = this.#silent ? 0 : this.#pace.grace;
    this.#engine = null;
    this.#failedStarts = 0;
    this.#givenUp = null;
    await engine?.stop(grace);
    this.#setSilent(false);
    for (const handle of this.#handles) if (!this.#account.isQuarantined(handle.path)) handle.open();
  }

  /** Ends the engine for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const handle of [...this.#handles]) handle.close();
    this.#watchdog?.stop();
    this.#engine = null;
    await Promise.all([...this.#processes].map((engine) => engine.stop(this.#pace.grace)));
  }

  async ask<K extends keyof EngineRequests>(
    path: string,
    method: K,
    params: EngineRequests[K]['params'],
    signal?: AbortSignal,
  ): Promise<EngineRequests[K]['result']> {
    const generation = this.#engine;
    // Only an opening may start an engine or move to another one: a shard's number belongs to one process.
    const movable = method === 'shard/open';
    if (generation === null && !movable) throw restarted(path);
    const release = await this.#turns.enter(path, signal);
    this.#underWay.set(path, (this.#underWay.get(path) ?? 0) + 1);
    if (movable) this.#tellWaits();
    try {
      const engine = movable ? await this.#running() : generation;
      if (engine === null || engine !== this.#engine) throw restarted(path);
      return await engine.request(method, params, signal);
    } finally {
      const left = (this.#underWay.get(path) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(path);
      else this.#underWay.set(path, left);
      release();
    }
  }

  get patience(): number {
    return this.#pace.patience;
  }

  wait(path: string, slowToOpen: boolean): Wait | null {
    const others = this.#busyPaths().filter((other) => other !== path);
    if (this.#silent) return { for: 'engine', busyWith: this.#busyPaths() };
    if (!slowToOpen) return null;
    if (this.#engine === null) return { for: 'start' };
    return this.#underWay.has(path) ? { for: 'file' } : { for: 'turn', busyWith: others };
  }

  forgive(path: string): void {
    this.#account.forgive(path);
    this.#options.onQuarantine?.(this.#account.quarantined);
    this.#failedStarts = 0;
    this.#givenUp = null;
  }

  refusal(path: string): LoupeError | null {
    if (this.#account.isQuarantined(path)) return quarantined(path, null);
    return this.#givenUp;
  }

  forget(handle: ShardHandle): void {
    this.#handles.delete(handle);
  }

  async #running(): Promise<EngineProcess> {
    if (this.#stopped) throw new LoupeError('engine-lost', 'Loupe is closing.');
    if (this.#givenUp !== null) throw this.#givenUp;
    if (this.#engine?.alive) return this.#engine;
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start(): Promise<EngineProcess> {
    for (;;) {
      const settings = this.#options.settings();
      const engine = new EngineProcess({
        entry: this.#options.entry,
        heap: settings.heap,
        log: this.#options.log,
        ended: (process, cause) => this.#ended(process, cause),
      });
      this.#processes.add(engine);
      const problem = await this.#configureNew(engine, settings.engine);
      if (problem === null) return engine;
      await engine.stop(this.#pace.grace);
      if (this.#stopped) throw problem;
      this.#failedStarts++;
      if (this.#failedStarts >= MAX_FAILED_STARTS) throw this.#giveUp(engine, problem);
      await new Promise((resolve) => setTimeout(resolve, this.#pace.backOff * 2 ** (this.#failedStarts - 1)));
    }
  }

  /** Null when the engine is ready for work, else why not. */
  async #configureNew(engine: EngineProcess, settings: EngineSettings): Promise<LoupeError | null> {
    const { log } = this.#options;
    engine.on('shard/changed', (change) => {
      if (engine === this.#engine) for (const handle of this.#handles) handle.take(change);
    });
    engine.on('shard/result', ({ shard, state }) => {
      if (engine === this.#engine) for (const handle of this.#handles) handle.takeResult(shard, state);
    });
    engine.on('export/progress', (progress) => {
      if (engine === this.#engine) for (const handle of this.#handles) handle.takeExport(progress);
    });
    engine.on('shard/sqlProgress', (progress) => {
      if (engine === this.#engine) for (const handle of this.#handles) handle.takeSqlProgress(progress);
    });
    engine.on('engine/log', ({ level, message }) => log[level](`engine ${engine.pid}: ${message}`));
    const late = setTimeout(() => engine.kill(`it was not ready within ${this.#pace.start / 1000} s`), this.#pace.start);
    try {
      const status = await engine.request('engine/configure', settings);
      const versions = Object.entries(status.versions).map(([name, version]) => `${name} ${version}`);
      log.info(`engine ${engine.pid} is ready: ${versions.join(', ')}`);
    } catch (error) {
      return toLoupeError(error);
    } finally {
      clearTimeout(late);
    }
    if (this.#stopped) return new LoupeError('engine-lost', 'Loupe is closing.');
    this.#failedStarts = 0;
    this.#engine = engine;
    this.#watch(engine);
    this.#tellWaits();
    return null;
  }

  #watch(engine: EngineProcess): void {
    this.#watchdog?.stop();
    const watchdog = new Watchdog({
      pid: engine.pid,
      interval: this.#pace.look,
      silentLooks: Math.ceil(this.#pace.silence / this.#pace.look),
      memoryLimit: () => this.#options.settings().maximumResidentMemory * 1024 * 1024,
      busy: () => this.#busyPaths().length > 0,
      patientLooks: Math.ceil(this.#pace.patience / this.#pace.look),
      silent: (silent) => this.#setSilent(silent),
      end: (reason) => {
        this.#options.log.error(`engine ${engine.pid} is ended: ${reason}`);
        engine.kill(reason);
      },
    });
    this.#setSilent(false);
    engine.on('engine/heartbeat', ({ residentMemory }) => watchdog.beat(residentMemory));
    this.#watchdog = watchdog;
  }

  /** Runs before the requests under way are rejected, so that they still tell who was at work. */
  #ended(engine: EngineProcess, cause: string): void {
    this.#processes.delete(engine);
    this.#options.log.info(`engine ${engine.pid} ended: ${cause}`);
    if (engine !== this.#engine) return;
    this.#engine = null;
    this.#watchdog?.stop();
    this.#silent = false;
    if (this.#stopped) return;
    const handles = [...this.#handles].filter((handle) => handle.status.status !== 'failed');
    const open = handles.map((handle) => handle.path);
    const busy = handles.filter((handle) => handle.working || this.#underWay.has(handle.path)).map((handle) => handle.path);
    const guilty = this.#account.record(open, busy);
    this.#options.log.error(`the engine ended by itself (${cause}); open: ${open.length}, at work: ${names(busy)}, quarantined now: ${names(guilty)}`);
    if (guilty.length > 0) this.#options.onQuarantine?.(this.#account.quarantined);
    for (const handle of handles) {
      if (guilty.includes(handle.path)) handle.fail(quarantined(handle.path, cause));
      else if (this.#account.isSuspect(handle.path)) handle.reopenAfterLoss(cause);
      else handle.open();
    }
  }

  /** Files with requests under way or with work in the background. */
  #busyPaths(): string[] {
    const working = [...this.#handles].filter((handle) => handle.working).map((handle) => handle.path);
    return [...new Set([...this.#underWay.keys(), ...working])];
  }

  #setSilent(silent: boolean): void {
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.#tellWaits();
  }

  #tellWaits(): void {
    for (const handle of this.#handles) handle.tellWait();
  }

  #giveUp(engine: EngineProcess, problem: LoupeError): LoupeError {
    const words = engine.lastWords === '' ? problem.message : engine.lastWords;
    const error = new LoupeError('engine-lost', `Loupe's engine did not start, ${MAX_FAILED_STARTS} times in a row: ${words} The log of Loupe has more.`);
    this.#givenUp = error;
    this.#options.log.error(error.message);
    for (const handle of this.#handles) handle.fail(error);
    this.#options.onGivenUp?.(error);
    return error;
  }
}

function names(paths: readonly string[]): string {
  return paths.length === 0 ? 'none' : paths.map((path) => basename(path)).join(', ');
}
