import type { EngineNotifications, EngineRequests } from '../protocol/engine.ts';
import type { ErrorData } from '../protocol/errors.ts';
import type { ExportProgress } from '../protocol/export.ts';
import type { ResultState, SqlProgress } from '../protocol/queries.ts';
import type { OpenShard, ShardId, ShardLocation, ShardState } from '../protocol/shards.ts';
import type { Wait } from '../protocol/webview.ts';
import { LoupeError, toLoupeError } from '../rpc/failure.ts';

/** What is known of a shard that somebody wants open. */
export type HandleStatus =
  | { readonly status: 'opening' }
  | { readonly status: 'open'; readonly state: ShardState }
  | { readonly status: 'failed'; readonly error: ErrorData };

/** Requests about one open shard. */
export type ShardMethod = Exclude<keyof EngineRequests, `engine/${string}` | 'shard/open' | 'shard/close'>;

/** Parameters of a shard's request without the engine's own number for it, which changes when the engine restarts. */
export type ShardParams<K extends ShardMethod> = Omit<EngineRequests[K]['params'], 'shard'>;

/** What a handle needs of the engine, whichever process that is at the moment. */
export interface EngineAccess {
  /** @throws LoupeError, `engine-lost` when the engine ended meanwhile */
  ask<K extends keyof EngineRequests>(
    path: string,
    method: K,
    params: EngineRequests[K]['params'],
    signal?: AbortSignal,
  ): Promise<EngineRequests[K]['result']>;
  /** Milliseconds that an opening may take before it counts as slow. */
  readonly patience: number;
  /** What this path waits for beyond the usual, or null. */
  wait(path: string, slowToOpen: boolean): Wait | null;
  /** Lifts the quarantine of a path, and starts an engine that was given up. */
  forgive(path: string): void;
  /** Why this path must not be opened now, or null. */
  refusal(path: string): LoupeError | null;
  /** The handle is closed and will ask for nothing more. */
  forget(handle: ShardHandle): void;
}

/** Asks the engine about a shard that was just opened. */
export type AskOpened = <K extends ShardMethod>(method: K, params: ShardParams<K>) => Promise<EngineRequests[K]['result']>;

/** What is to be done with a shard each time that it was opened in an engine. */
export type Prepare = (ask: AskOpened) => Promise<void>;

/** A shard that stays open over restarts of the engine, until it is closed here. */
export class ShardHandle {
  readonly location: ShardLocation;
  /** The file, or the folder and patterns of a set: what crashes are counted by. */
  readonly path: string;
  readonly #access: EngineAccess;
  readonly #listeners = new Set<() => void>();
  readonly #resultListeners = new Set<(state: ResultState) => void>();
  readonly #exportListeners = new Set<(progress: ExportProgress) => void>();
  readonly #sqlListeners = new Set<(progress: SqlProgress) => void>();
  #status: HandleStatus = { status: 'opening' };
  #shard: ShardId | null = null;
  /** Stops the opening under way; a new one for each opening, so that the answer to an old one is told apart. */
  #opening = new AbortController();
  #settled: Promise<void> = Promise.resolve();
  /** Done in the engine each time that the shard was opened there, before anybody else may ask. */
  readonly #prepare: Prepare | null;
  #closed = false;
  #slow: NodeJS.Timeout | null = null;
  #slowToOpen = false;
  #loss: string | null = null;

  constructor(location: ShardLocation, access: EngineAccess, prepare: Prepare | null = null) {
    this.location = location;
    this.#prepare = prepare;
    this.path = location.kind === 'file' ? location.path : [location.folder, ...location.patterns].join('\n');
    this.#access = access;
  }

  /** The engine's own number for the shard; null while it is not open there. */
  get shard(): ShardId | null {
    return this.#shard;
  }

  get status(): HandleStatus {
    return this.#status;
  }

  /** Why the engine ended while it may have been this shard's fault; null when that did not happen since it was opened by the user. */
  get loss(): string | null {
    return this.#loss;
  }

  /** What this shard waits for when that takes longer than usual; else null. */
  get wait(): Wait | null {
    return this.#status.status === 'failed' ? null : this.#access.wait(this.path, this.#slowToOpen);
  }

  /** Whether the engine works on this shard in the background. */
  get working(): boolean {
    return this.#status.status === 'open' && this.#status.state.progress !== undefined;
  }

  /** Calls the listener after every change of `status`; the answer stops that. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks about this shard; waits while it opens. @throws LoupeError, also the one it failed to open with */
  async request<K extends ShardMethod>(method: K, params: ShardParams<K>, signal?: AbortSignal): Promise<EngineRequests[K]['result']> {
    for (let settled = null; settled !== this.#settled; ) {
      settled = this.#settled;
      await whicheverFirst(settled, signal);
    }
    if (this.#shard === null) throw this.#notOpen();
    const whole = { ...params, shard: this.#shard } as unknown as EngineRequests[K]['params'];
    return this.#access.ask(this.path, method, whole, signal);
  }

  /** The user asks to try again: closes what is open, lifts a quarantine and opens anew. */
  reopen(): void {
    if (this.#closed) return;
    this.#access.forgive(this.path);
    this.#loss = null;
    this.#release();
    this.open();
  }

  /** Opens in the engine of the moment. The client calls this at first and after the engine was lost. */
  open(): void {
    if (this.#closed) return;
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#shard = null;
    this.#waitToOpen();
    this.#set({ status: 'opening' });
    this.#settled = this.#open(this.#opening.signal);
  }

  /** The engine ended, maybe because of this shard: opens again in the next one. */
  reopenAfterLoss(cause: string): void {
    this.#loss = cause;
    this.open();
  }

  /** What is waited for has changed. */
  tellWait(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The user does not want to wait for the opening any longer; the error says so. */
  cancelOpening(error: LoupeError): void {
    if (this.#status.status === 'opening') this.fail(error);
  }

  fail(error: LoupeError): void {
    this.#opening.abort();
    this.#shard = null;
    this.#set({ status: 'failed', error: error.toData() });
  }

  /** The engine tells that a shard changed. */
  take(change: OpenShard): void {
    if (change.shard === this.#shard) this.#set({ status: 'open', state: change.state });
  }

  /** The engine tells that a query's result grew or ended. */
  takeResult(shard: ShardId, state: ResultState): void {
    if (shard === this.#shard) for (const listener of [...this.#resultListeners]) listener(state);
  }

  /** Calls the listener after every change of a query's result; the answer stops that. */
  onResult(listener: (state: ResultState) => void): () => void {
    this.#resultListeners.add(listener);
    return () => this.#resultListeners.delete(listener);
  }

  /** The engine tells how far an export is; whose it is says its number. */
  takeExport(progress: ExportProgress): void {
    for (const listener of [...this.#exportListeners]) listener(progress);
  }

  /** Calls the listener with the progress of every export; the answer stops that. */
  onExport(listener: (progress: ExportProgress) => void): () => void {
    this.#exportListeners.add(listener);
    return () => this.#exportListeners.delete(listener);
  }

  /** The engine tells how far the work is that a statement waits for. */
  takeSqlProgress({ shard, ...progress }: EngineNotifications['shard/sqlProgress']): void {
    if (shard === this.#shard) for (const listener of [...this.#sqlListeners]) listener(progress);
  }

  /** Calls the listener with the progress of statements; the answer stops that. */
  onSqlProgress(listener: (progress: SqlProgress) => void): () => void {
    this.#sqlListeners.add(listener);
    return () => this.#sqlListeners.delete(listener);
  }

  /** Bytes read so far, which every answer of the engine brings along. */
  countBytes(bytesRead: number): void {
    const now = this.#status;
    if (now.status === 'open' && bytesRead > now.state.bytesRead) this.#set({ status: 'open', state: { ...now.state, bytesRead } });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#opening.abort();
    this.#endWait();
    this.#release();
    this.#listeners.clear();
    this.#resultListeners.clear();
    this.#exportListeners.clear();
    this.#sqlListeners.clear();
    this.#access.forget(this);
  }

  async #open(signal: AbortSignal): Promise<void> {
    const refusal = this.#access.refusal(this.path);
    if (refusal !== null) {
      this.fail(refusal);
      return;
    }
    try {
      const opened = await this.#access.ask(this.path, 'shard/open', { location: this.location }, signal);
      if (signal.aborted) {
        this.#closeInEngine(opened.shard);
        return;
      }
      await this.#prepare?.((method, params) => this.#access.ask(this.path, method, { ...params, shard: opened.shard }, signal));
      this.#shard = opened.shard;
      this.#set({ status: 'open', state: opened.state });
    } catch (error) {
      // Of a lost engine the client opens again or fails this handle itself; nobody waits for an opening that was stopped.
      const failure = toLoupeError(error);
      if (!signal.aborted && failure.code !== 'engine-lost') this.fail(failure);
    }
  }

  #release(): void {
    if (this.#shard !== null) this.#closeInEngine(this.#shard);
    this.#shard = null;
  }

  #closeInEngine(shard: ShardId): void {
    // An engine that is gone has closed it already.
    this.#access.ask(this.path, 'shard/close', { shard }).catch(() => undefined);
  }

  #notOpen(): LoupeError {
    if (this.#status.status === 'failed') return LoupeError.fromData(this.#status.error);
    return new LoupeError('engine-lost', 'The shard is being opened again.', { path: this.path });
  }

  #waitToOpen(): void {
    this.#endWait();
    this.#slow = setTimeout(() => {
      this.#slowToOpen = true;
      this.tellWait();
    }, this.#access.patience);
    this.#slow.unref();
  }

  #endWait(): void {
    if (this.#slow !== null) clearTimeout(this.#slow);
    this.#slow = null;
    this.#slowToOpen = false;
  }

  #set(status: HandleStatus): void {
    if (status.status !== 'opening') this.#endWait();
    this.#status = status;
    this.tellWait();
  }
}

async function whicheverFirst(settled: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return settled;
  let cancel: () => void = () => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(new LoupeError('cancelled', 'Cancelled.'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
  });
  try {
    await Promise.race([settled, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
