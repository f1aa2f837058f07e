import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { ShardHandle, ShardMethod, ShardParams } from '../engine-client/shard-handle.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import type { ResultState } from '../protocol/queries.ts';
import type { Notice } from '../protocol/shards.ts';
import type { DocumentState } from '../protocol/webview.ts';
import { LoupeError } from '../rpc/failure.ts';
import { FileWatch, type FileChange } from './file-watch.ts';

/** One file that is on screen, in however many editors: its shard in the engine and what is known of it. */
export class ShardSession {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly onChanged: vscode.Event<void>;
  /** A query's result grew or ended. */
  readonly onResult: vscode.Event<ResultState>;
  readonly #engine: () => EngineClient;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #resultChanged = new vscode.EventEmitter<ResultState>();
  #handle: ShardHandle | null = null;
  #watch: FileWatch | null = null;
  #fileChange: FileChange | null = null;

  constructor(uri: vscode.Uri, engine: () => EngineClient) {
    this.uri = uri;
    this.name = basename(uri.path);
    this.onChanged = this.#changed.event;
    this.onResult = this.#resultChanged.event;
    this.#engine = engine;
  }

  /** Everything an editor shows of the file, whole. */
  get state(): DocumentState {
    const refusal = this.#refusal();
    if (refusal !== null) return { status: 'failed', name: this.name, error: refusal.toData() };
    const status = this.#handle?.status ?? { status: 'opening' };
    if (status.status === 'failed') return { ...status, name: this.name };
    const wait = this.#handle?.wait ?? null;
    const common = { name: this.name, ...(wait === null ? {} : { wait }) };
    const notices = this.#notices();
    if (status.status === 'opening') return { status: 'opening', ...common, ...(notices.length === 0 ? {} : { notices }) };
    const shard = notices.length === 0 ? status.state : { ...status.state, notices: [...notices, ...status.state.notices] };
    return { status: 'open', ...common, shard };
  }

  /** Opens the shard; later calls do nothing. */
  start(): void {
    if (this.#handle !== null || this.#refusal() !== null) return;
    this.#watch = new FileWatch(this.uri, (change) => void this.#take(change));
    this.#handle = this.#engine().open({ kind: 'file', path: this.uri.fsPath });
    this.#handle.onChanged(() => this.#changed.fire());
    this.#handle.onResult((state) => this.#resultChanged.fire(state));
  }

  /** The user asks to try again, or for the file as it is on disk now. */
  reopen(): void {
    this.#fileChange = null;
    this.#watch?.restart();
    this.#handle?.reopen();
  }

  /** The user does not want to wait for the opening any longer. */
  cancelOpening(): void {
    this.#handle?.cancelOpening(new LoupeError('cancelled', vscode.l10n.t('Opening {0} was cancelled.', this.name), { path: this.uri.fsPath }));
  }

  /** @throws LoupeError */
  async request<K extends ShardMethod>(method: K, params: ShardParams<K>, signal?: AbortSignal): Promise<EngineRequests[K]['result']> {
    this.start();
    const refusal = this.#refusal();
    if (this.#handle === null) throw refusal ?? new LoupeError('internal', `${this.name} is not open.`);
    const result = await this.#handle.request(method, params, signal);
    if (result !== null && 'bytesRead' in result) this.#handle.countBytes(result.bytesRead);
    return result;
  }

  dispose(): void {
    this.#watch?.dispose();
    this.#handle?.close();
    this.#handle = null;
    this.#changed.dispose();
    this.#resultChanged.dispose();
  }

  #refusal(): LoupeError | null {
    if (this.uri.scheme === 'file') return null;
    const words = vscode.l10n.t('{0} is not a local file (its scheme is {1}). Loupe opens local files only.', this.name, this.uri.scheme);
    return new LoupeError('unsupported', words);
  }

  async #take(change: FileChange): Promise<void> {
    if (await this.#engineFollows()) return;
    const first = this.#fileChange === null;
    this.#fileChange = change;
    this.#changed.fire();
    if (first && change === 'changed') await this.#offerReload();
  }

  /** Once for each time the file is opened: a file that is being written changes all the time. */
  async #offerReload(): Promise<void> {
    const reload = vscode.l10n.t('Reload');
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t('{0} changed on disk.', this.name), reload);
    if (chosen === reload && this.#handle !== null) this.reopen();
  }

  /**
   * Whether the engine copes with the change by itself: it goes on with lines that were appended, and says so when a text
   * file was deleted. It looks at the file when it reads, so an empty read makes it look.
   */
  async #engineFollows(): Promise<boolean> {
    const status = this.#handle?.status;
    if (status?.status !== 'open' || (status.state.format !== 'jsonl' && status.state.format !== 'json')) return false;
    return this.request('shard/page', { start: 0, end: 0, columns: [] }).then(
      () => true,
      () => false,
    );
  }

  /** What the host knows of the file beside the engine. */
  #notices(): Notice[] {
    const notices: Notice[] = [];
    if (this.#fileChange !== null) notices.push({ severity: 'warning', message: this.#fileChangeWords(this.#fileChange) });
    const loss = this.#handle?.loss ?? null;
    if (loss !== null) notices.push({ severity: 'warning', message: this.#lossWords(loss) });
    return notices;
  }

  #lossWords(cause: string): string {
    return vscode.l10n.t("Loupe's engine ended while {0} was open and was started again ({1}). A second time, the file stays closed.", this.name, cause);
  }

  #fileChangeWords(change: FileChange): string {
    return change === 'deleted'
      ? vscode.l10n.t('{0} was deleted or moved while it was open; rows that were not read yet may be missing.', this.name)
      : vscode.l10n.t('{0} changed on disk while it was open; open it again to see it as it is now.', this.name);
  }
}

/** The sessions in use, one a file. */
export class ShardSessions {
  readonly #engine: () => EngineClient;
  readonly #sessions = new Map<string, { session: ShardSession; users: number }>();

  constructor(engine: () => EngineClient) {
    this.#engine = engine;
  }

  /** The session of this file, with a call that gives it back. */
  use(uri: vscode.Uri): { readonly session: ShardSession; readonly release: () => void } {
    const key = uri.toString();
    const entry = this.#sessions.get(key) ?? { session: new ShardSession(uri, this.#engine), users: 0 };
    this.#sessions.set(key, entry);
    entry.users++;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      entry.users--;
      if (entry.users > 0) return;
      this.#sessions.delete(key);
      entry.session.dispose();
    };
    return { session: entry.session, release };
  }
}
