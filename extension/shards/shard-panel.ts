import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { EditStep } from '../protocol/edits.ts';
import type { ShardState } from '../protocol/shards.ts';
import type { DocumentState, HostNotifications, HostRequests, ReadyAnswer, ViewCommand, WebviewNotifications } from '../protocol/webview.ts';
import { listen, notify, serve, type RequestHandlers } from '../rpc/connection.ts';
import { addColumn } from './editing/add-column.ts';
import type { CellDocuments } from './editing/cell-documents.ts';
import { editHandlers } from './editing/edit-handlers.ts';
import type { Exports } from './exports/exports.ts';
import { FirstPage } from './first-page.ts';
import { PageResults } from './page-results.ts';
import type { PanelPictures } from './pictures/panel-pictures.ts';
import type { ShardSession } from './shard-session.ts';
import type { SqlConsole } from './sql-console.ts';
import type { ValueDocuments } from './value-documents.ts';
import type { ViewStates } from './view-states.ts';
import { setTitle } from './sets/set-uri.ts';
import { WebviewConnections } from './webview-connection.ts';
import { webviewPage, webviewRoot } from './webview-page.ts';

export type ViewContext = HostNotifications['view/context'];

/** What every panel works with. */
export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly viewStates: ViewStates;
  readonly values: ValueDocuments;
  readonly cells: CellDocuments;
  readonly sql: SqlConsole;
  readonly exports: Exports;
  readonly pictures: PanelPictures;
}

/** One editor on a file: its webview, and what that asks of the host. */
export class ShardPanel {
  readonly session: ShardSession;
  /** Fires when `context` has changed. */
  readonly onContextChanged: vscode.Event<void>;
  readonly #panel: vscode.WebviewPanel;
  readonly #services: PanelServices;
  readonly #edited: (step: EditStep) => void;
  readonly #connections: WebviewConnections;
  readonly #subscriptions: vscode.Disposable[];
  readonly #contextChanged = new vscode.EventEmitter<void>();
  #context: ViewContext = { row: null, column: null };
  /** What the present page was told last; null before its first question is answered. */
  #pushed: DocumentState | null = null;
  /** Where the page that is loading shall begin. */
  #reveal: ReadyAnswer['reveal'];
  /** Read for a page that is loading. */
  #first: FirstPage | null;

  /** @param edited a step was made here, for VS Code's stack of what can be undone */
  constructor(panel: vscode.WebviewPanel, session: ShardSession, services: PanelServices, edited: (step: EditStep) => void = () => undefined) {
    this.#edited = edited;
    this.#panel = panel;
    this.session = session;
    this.onContextChanged = this.#contextChanged.event;
    this.#services = services;
    this.#connections = new WebviewConnections(panel.webview, (connection, gone) => this.#serve(connection, gone));
    this.#subscriptions = [
      session.onChanged(() => this.#push()),
      ...(session.edits === null ? [] : [session.edits.onChanged(() => this.#tell('document/edited', {}))]),
      session.onResult((state) => this.#tell('document/result', state)),
      session.onSqlProgress((progress) => this.#tell('document/sqlProgress', progress)),
      services.pictures.onChanged(() => this.#tell('document/pictures', {})),
      panel.onDidChangeViewState(() => {
        // The page of a hidden panel is thrown away: what it asked for is of no use to anybody.
        if (!panel.visible) this.#end();
      }),
    ];
    panel.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [webviewRoot(services.extensionUri)] };
    panel.webview.html = webviewPage(panel.webview, services.extensionUri);
    this.#first = this.#startFirst();
  }

  /** What has the focus in the webview. */
  get context(): ViewContext {
    return this.#context;
  }

  /** Goes to a row of the table, at once or as soon as the page is there. */
  reveal(row: number, column?: string): void {
    const place = { row, ...(column === undefined ? {} : { column }) };
    if (this.#connections.current === null || this.#pushed === null) this.#reveal = place;
    else this.#tell('document/reveal', place);
  }

  /** Lets the webview carry a command of VS Code out. */
  command(command: ViewCommand): void {
    this.#tell('document/command', { command });
  }

  /** Asks what column to add, and adds it. */
  async addColumn(): Promise<void> {
    const step = await addColumn(this.session);
    if (step !== null) this.#edited(step);
  }

  dispose(): void {
    for (const subscription of [...this.#subscriptions, this.#contextChanged]) subscription.dispose();
    this.#end();
    this.#connections.dispose();
  }

  #end(): void {
    this.#first?.drop();
    this.#first = null;
    this.#connections.end();
  }

  #startFirst(): FirstPage {
    return new FirstPage(this.session, this.#services.viewStates.get(this.#key));
  }

  /** Pushes the whole state; not for bytes read alone, which every page brings along and the status bar shows. */
  #push(): void {
    this.#entitle();
    const state = this.session.state;
    if (this.#connections.current === null || this.#pushed === null || looksTheSame(state, this.#pushed)) return;
    this.#pushed = state;
    this.#tell('document/changed', state);
  }

  /** The tab of a set says of how many shards it is. */
  #entitle(): void {
    const { state } = this.session;
    const count = state.status === 'open' ? state.shard.partCount : undefined;
    if (count !== undefined) this.#panel.title = setTitle(this.session.name, count);
  }

  #tell<K extends keyof WebviewNotifications>(method: K, params: WebviewNotifications[K]): void {
    const connection = this.#connections.current;
    if (connection !== null) notify<WebviewNotifications, K>(connection, method, params);
  }

  #serve(connection: MessageConnection, gone: AbortSignal): void {
    this.#pushed = null;
    serve<HostRequests>(connection, this.#handlers(gone));
    listen<HostNotifications, 'view/state'>(connection, 'view/state', (state) => this.#services.viewStates.set(this.#key, state));
    listen<HostNotifications, 'view/context'>(connection, 'view/context', (context) => {
      this.#context = context;
      this.#contextChanged.fire();
    });
  }

  #handlers(gone: AbortSignal): RequestHandlers<HostRequests> {
    const { session } = this;
    const { pictures } = this.#services;
    const until = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, gone]);
    const results = new PageResults(session, gone);
    return {
      'view/ready': () => this.#answerReady(),
      'view/page': (params, signal) => session.request('shard/page', params, until(signal)),
      'view/row': (params, signal) => session.request('shard/row', params, until(signal)),
      'view/thumbnail': (params, signal) => session.request('shard/thumbnail', { ...params, ...pictures.roots.of(session.uri) }, until(signal)),
      'view/picture': (params, signal) => session.request('shard/picture', { ...params, ...pictures.roots.of(session.uri) }, until(signal)),
      'view/allowPictures': async ({ host }) => ({ allowed: await pictures.ask(host) }),
      'view/choosePictureFolder': async () => {
        await vscode.commands.executeCommand('loupe.choosePictureFolder');
        return null;
      },
      'view/spans': (params, signal) => session.request('shard/spans', params, until(signal)),
      'view/vector': (params, signal) => session.request('shard/vector', params, until(signal)),
      'view/metadata': (params, signal) => session.request('shard/metadata', params, until(signal)),
      'view/compare': (_, signal) => session.compare(until(signal)),
      'view/query': (params, signal) => results.query(params, until(signal)),
      'view/closeResult': (params, signal) => results.close(params, until(signal)),
      'view/count': (params, signal) => session.request('shard/count', params, until(signal)),
      'view/position': (params, signal) => session.request('shard/position', params, until(signal)),
      'view/nextMatch': (params, signal) => session.request('shard/nextMatch', params, until(signal)),
      'view/summary': (params, signal) => session.request('shard/summary', params, until(signal)),
      'view/joint': (params, signal) => session.request('shard/joint', params, until(signal)),
      'view/scores': (params, signal) => session.request('shard/scores', params, until(signal)),
      'view/preset': (params, signal) => session.request('shard/preset', params, until(signal)),
      ...this.#services.sql.handlers(session, until),
      ...editHandlers(session, until, this.#edited),
      ...this.#services.exports.handlers(session, until),
      'view/openText': async (place, signal) => {
        if (!(await this.#services.cells.show(session, place, until(signal)))) await this.#services.values.show(session, place, until(signal));
        return null;
      },
      'view/copy': async (params, signal) => {
        const { text } = await session.request('shard/copy', params, until(signal));
        await vscode.env.clipboard.writeText(text);
        return { length: text.length };
      },
      'view/copyText': async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
      'view/reopen': () => {
        session.reopen();
        return null;
      },
      'view/cancelOpening': () => {
        session.cancelOpening();
        return null;
      },
      'view/restartEngine': async () => {
        await vscode.commands.executeCommand('loupe.restartEngine');
        return null;
      },
      'view/openAsText': async () => {
        await vscode.commands.executeCommand('vscode.openWith', session.uri, 'default', this.#panel.viewColumn);
        return null;
      },
    };
  }

  async #answerReady(): Promise<ReadyAnswer> {
    const first = this.#first ?? this.#startFirst();
    this.#first = null;
    const page = await first.take();
    const view = this.#services.viewStates.get(this.#key);
    const reveal = this.#reveal;
    this.#reveal = undefined;
    this.#pushed = this.session.state;
    return { document: this.#pushed, ...(view === undefined ? {} : { view }), ...(reveal === undefined ? {} : { reveal }), ...(page === null ? {} : { page }) };
  }

  get #key(): string {
    return this.session.uri.toString();
  }
}

function looksTheSame(a: DocumentState, b: DocumentState): boolean {
  if (a.status !== 'open' || b.status !== 'open') return a.status !== 'open' && JSON.stringify(a) === JSON.stringify(b);
  if (JSON.stringify(a.wait) !== JSON.stringify(b.wait) || a.otherVersion !== b.otherVersion) return false;
  const names = new Set([...Object.keys(a.shard), ...Object.keys(b.shard)]) as Set<keyof ShardState>;
  names.delete('bytesRead');
  return [...names].every((name) => a.shard[name] === b.shard[name]);
}
