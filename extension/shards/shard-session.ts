import * as vscode from 'vscode';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { ShardHandle, ShardMethod, ShardParams } from '../engine-client/shard-handle.ts';
import type { Comparison } from '../protocol/comparison.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import type { ExportProgress } from '../protocol/export.ts';
import type { ResultState, SqlProgress } from '../protocol/queries.ts';
import type { Notice, ShardId } from '../protocol/shards.ts';
import type { DocumentState } from '../protocol/webview.ts';
import { LoupeError, toLoupeError } from '../rpc/failure.ts';
import type { DocumentEdits, EditedDocument } from './editing/document-edits.ts';
import type { DiskChanges } from './disk-changes.ts';
import type { Located, ShardSource } from './source.ts';

/** One document that is on screen, in however many editors: its shard in the engine and what is known of it. */
export class ShardSession {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly onChanged: vscode.Event<void>;
  /** A query's result grew or ended. */
  readonly onResult: vscode.Event<ResultState>;
  /** An export, of this shard or another, is further than before. */
  readonly onExport: vscode.Event<ExportProgress>;
  /** A statement of the console waits for work. */
  readonly onSqlProgress: vscode.Event<SqlProgress>;
  /** Of a file on disk. */
  readonly edits: DocumentEdits | null;
  readonly #engine: () => EngineClient;
  readonly #source: ShardSource;
  readonly #otherVersion: () => ShardSession | null;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #resultChanged = new vscode.EventEmitter<ResultState>();
  readonly #exportChanged = new vscode.EventEmitter<ExportProgress>();
  readonly #sqlProgressed = new vscode.EventEmitter<SqlProgress>();
  #handle: ShardHandle | null = null;
  #located: Located | null = null;
  #changes: DiskChanges | null = null;
  /** The opening under way or done; null before the first one. */
  #opening: Promise<void> | null = null;
  /** Why there is nothing that the engine could open. */
  #failure: LoupeError | null = null;
  /** Goes up with every opening, so that a copy which comes too late is told apart. */
  #attempt = 0;
  #disposed = false;

  /**
   * @param otherVersion the session of another version of the same file, where one is on screen
   * @param edits makes what the document's edits are kept in; null where it cannot be edited
   */
  constructor(uri: vscode.Uri, engine: () => EngineClient, source: ShardSource, otherVersion: () => ShardSession | null, edits: ((document: EditedDocument) => DocumentEdits) | null = null) {
    this.uri = uri;
    this.#otherVersion = otherVersion;
    this.#source = source;
    this.name = this.#source.name;
    this.onChanged = this.#changed.event;
    this.onResult = this.#resultChanged.event;
    this.onExport = this.#exportChanged.event;
    this.onSqlProgress = this.#sqlProgressed.event;
    this.#engine = engine;
    this.edits = edits?.({ uri, name: this.name, isArchive: () => this.#isArchive, request: (method, params, signal) => this.request(method, params, signal), whileWritten: (work) => this.#whileWritten(work) }) ?? null;
  }

  /** Everything an editor shows of the document, whole. */
  get state(): DocumentState {
    if (this.#failure !== null) return { status: 'failed', name: this.name, error: this.#failure.toData() };
    const status = this.#handle?.status ?? { status: 'opening' };
    if (status.status === 'failed') return { ...status, name: this.name };
    const wait = this.#handle?.wait ?? null;
    const common = { name: this.name, ...(wait === null ? {} : { wait }) };
    const notices = this.#notices();
    if (status.status === 'opening') return { status: 'opening', ...common, ...(notices.length === 0 ? {} : { notices }) };
    const shard = notices.length === 0 ? status.state : { ...status.state, notices: [...notices, ...status.state.notices] };
    return { status: 'open', ...common, shard, ...(this.#otherVersion() === null ? {} : { otherVersion: true }), ...(this.edits === null ? { readOnly: true } : {}) };
  }

  /** Opens the shard; later calls do nothing. */
  start(): void {
    this.#opening ??= this.#locate();
  }

  /** The user asks to try again, or for what is on disk now. */
  reopen(): void {
    this.#changes?.restart();
    if (this.#handle !== null && !this.#source.isCopied) {
      this.#handle.reopen();
      return;
    }
    // What was copied may be something else now.
    if (this.#handle !== null) this.#engine().forgive(this.#handle.path);
    this.openAnew();
  }

  /** What belongs to the shard may be something else now. */
  openAnew(): void {
    this.#close();
    this.#failure = null;
    this.#opening = this.#locate();
    this.#changed.fire();
  }

  /** The user does not want to wait for the opening any longer. */
  cancelOpening(): void {
    const cancelled = new LoupeError('cancelled', vscode.l10n.t('Opening {0} was cancelled.', this.name), { path: this.uri.fsPath });
    if (this.#handle !== null) {
      this.#handle.cancelOpening(cancelled);
    } else if (this.#failure === null) {
      this.#fail(cancelled, this.#attempt);
      // A copy that still comes is let go.
      this.#attempt++;
    }
  }

  /** @throws LoupeError */
  async request<K extends ShardMethod>(method: K, params: ShardParams<K>, signal?: AbortSignal): Promise<EngineRequests[K]['result']> {
    this.start();
    await this.#opening;
    const handle = this.#handle;
    if (handle === null) throw this.#failure ?? new LoupeError('internal', `${this.name} is not open.`);
    const result = await handle.request(method, params, signal);
    if (result !== null && 'bytesRead' in result) handle.countBytes(result.bytesRead);
    return result;
  }

  /** How this shard differs from the other version; null where there is none. @throws LoupeError */
  async compare(signal: AbortSignal): Promise<Comparison | null> {
    const other = await this.#otherVersion()?.shardInEngine();
    return other === undefined ? null : this.request('shard/compare', { other }, signal);
  }

  /** The engine's number for the shard, once it is open. @throws LoupeError why it is not */
  async shardInEngine(): Promise<ShardId> {
    // Any request waits until the shard is open.
    await this.request('shard/page', { start: 0, end: 0, columns: [] });
    const shard = this.#handle?.shard ?? null;
    if (shard === null) throw new LoupeError('engine-lost', `${this.name} is being opened again.`);
    return shard;
  }

  /** A version of the same file was opened or closed. */
  versionsChanged(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#disposed = true;
    void this.edits?.dispose();
    this.#changes?.dispose();
    this.#close();
    this.#changed.dispose();
    this.#resultChanged.dispose();
    this.#exportChanged.dispose();
    this.#sqlProgressed.dispose();
  }

  /** Not a tick later where the shard is on disk: the engine works while the webview still loads. */
  #locate(): Promise<void> {
    const attempt = ++this.#attempt;
    try {
      const located = this.#source.locate();
      if (located instanceof Promise) return located.then((found) => this.#open(found, attempt)).catch((error: unknown) => this.#fail(error, attempt));
      this.#open(located, attempt);
    } catch (error) {
      this.#fail(error, attempt);
    }
    return Promise.resolve();
  }

  #open(located: Located, attempt: number): void {
    if (this.#disposed || attempt !== this.#attempt) {
      located.release();
      return;
    }
    this.#located = located;
    this.#watch();
    const { edits } = this;
    this.#handle = this.#engine().open(located.location, edits === null ? null : (ask) => edits.prepare(ask));
    this.#handle.onChanged(() => this.#changed.fire());
    this.#handle.onResult((state) => this.#resultChanged.fire(state));
    this.#handle.onExport((progress) => this.#exportChanged.fire(progress));
    this.#handle.onSqlProgress((progress) => this.#sqlProgressed.fire(progress));
    this.#changed.fire();
  }

  #watch(): void {
    this.#changes ??= this.#source.watch({
      name: this.name,
      shard: () => (this.#handle?.status.status === 'open' ? this.#handle.status.state : null),
      request: (method, params) => this.request(method, params),
      changed: () => this.#changed.fire(),
      reopen: () => this.reopen(),
    });
  }

  /** A save of ours is no change by somebody else; the new file is opened again. */
  async #whileWritten<T>(work: () => Promise<T>): Promise<T> {
    this.#changes?.dispose();
    this.#changes = null;
    try {
      const done = await work();
      this.#handle?.reopen();
      return done;
    } finally {
      if (!this.#disposed) this.#watch();
    }
  }

  #fail(error: unknown, attempt: number): void {
    if (this.#disposed || attempt !== this.#attempt) return;
    this.#failure = toLoupeError(error);
    this.#changed.fire();
  }

  #close(): void {
    this.#handle?.close();
    this.#handle = null;
    this.#located?.release();
    this.#located = null;
  }

  get #isArchive(): boolean {
    const shard = this.#handle?.status.status === 'open' ? this.#handle.status.state : undefined;
    return [shard, ...(shard?.parts ?? [])].some((one) => one?.format === 'webdataset');
  }

  /** What the host knows beside the engine. */
  #notices(): Notice[] {
    const notices: Notice[] = [...(this.#changes?.notices() ?? [])];
    const loss = this.#handle?.loss ?? null;
    if (loss !== null) notices.push({ severity: 'warning', message: this.#lossWords(loss) });
    return notices;
  }

  #lossWords(cause: string): string {
    return vscode.l10n.t("Loupe's engine ended while {0} was open and was started again ({1}). A second time, the file stays closed.", this.name, cause);
  }
}
