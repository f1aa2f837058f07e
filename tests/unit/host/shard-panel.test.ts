import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { EVERYTHING } from '../../../extension/protocol/queries.ts';
import type { ViewState } from '../../../extension/protocol/webview.ts';
import { ActivePanel } from '../../../extension/shards/active-panel.ts';
import { ShardEditorProvider } from '../../../extension/shards/shard-editor-provider.ts';
import { ShardSessions } from '../../../extension/shards/shard-session.ts';
import type { ValueDocuments } from '../../../extension/shards/value-documents.ts';
import { ViewStates } from '../../../extension/shards/view-states.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';
import { EventEmitter, seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly data: { readonly code: string } };
}

/** A webview panel whose page is the test. */
function fakePanel() {
  const messages = new EventEmitter<unknown>();
  const viewState = new EventEmitter<undefined>();
  const disposed = new EventEmitter<undefined>();
  const posted: Message[] = [];
  let id = 0;
  const panel = {
    visible: true,
    active: true,
    viewColumn: 1,
    onDidChangeViewState: viewState.event,
    onDidDispose: disposed.event,
    webview: {
      html: '',
      options: {},
      onDidReceiveMessage: messages.event,
      asWebviewUri: (uri: Uri) => `webview:${uri.path}`,
      postMessage: (message: Message) => {
        posted.push(message);
        return Promise.resolve(true);
      },
    },
  };
  const ask = async (method: string, params: unknown = {}): Promise<Message> => {
    const mine = id++;
    messages.fire({ jsonrpc: '2.0', id: mine, method, params });
    await until(() => posted.some((message) => message.id === mine), `${method} is answered`);
    return posted.find((message) => message.id === mine)!;
  };
  const tell = (method: string, params: unknown): void => messages.fire({ jsonrpc: '2.0', method, params });
  const show = (visible: boolean): void => {
    Object.assign(panel, { visible, active: visible });
    viewState.fire(undefined);
  };
  return { panel, posted, ask, tell, show, close: () => disposed.fire(undefined) };
}

let fixture: ClientFixture;
let active: ActivePanel;
let provider: ShardEditorProvider;
let stored: Map<string, unknown>;
beforeEach(() => {
  fixture = fakeEngineClient();
  active = new ActivePanel();
  stored = new Map();
  Object.assign(seen, { commands: [], clipboard: '' });
  const storage = { get: (key: string, otherwise: unknown) => stored.get(key) ?? otherwise, update: (key: string, value: unknown) => Promise.resolve(stored.set(key, value)) };
  provider = new ShardEditorProvider(new ShardSessions(() => fixture.client), active, {
    extensionUri: Uri.file('/extension') as unknown as vscode.Uri,
    viewStates: new ViewStates(storage as unknown as vscode.Memento),
    values: { show: () => Promise.resolve() } as unknown as ValueDocuments,
  });
});
afterEach(() => fixture.end());

function open(name: string) {
  const document = provider.openCustomDocument(Uri.file(fixture.file(name)) as unknown as vscode.Uri);
  const fake = fakePanel();
  provider.resolveCustomEditor(document, fake.panel as unknown as vscode.WebviewPanel);
  return { ...fake, document };
}

const isOpen = (document: { session: { state: { status: string } } }) => until(() => document.session.state.status === 'open', 'the shard is open');

test('the page can run its bundle and nothing else', () => {
  const { webview } = open('a').panel;
  const nonce = /script-src 'nonce-([^']+)'/.exec(webview.html)![1]!;
  expect(webview.html).toContain(`content="default-src 'none'; img-src blob:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'"`);
  expect(nonce).toHaveLength(32);
  expect(webview.html).toContain(`<script type="module" nonce="${nonce}" src="webview:/extension/dist/webview/shard.js">`);
  expect(webview.html).not.toMatch(/unsafe|https?:/);
  expect(webview.options).toMatchObject({ enableForms: false, localResourceRoots: [{ path: '/extension/dist/webview' }] });
  expect(open('b').panel.webview.html).not.toContain(nonce);
});

test('the engine is asked for nothing before the page is ready', async () => {
  const { ask, document } = open('a');
  expect(fixture.client.processes).toBe(0);
  expect((await ask('view/ready')).result).toEqual({ document: { status: 'opening', name: 'a' } });
  await isOpen(document);
});

test('every panel of a file gets its whole state, but not for bytes read alone', async () => {
  const [one, two] = [open('a'), open('a')];
  await one.ask('view/ready');
  await two.ask('view/ready');
  const pushes = (): Message[] => one.posted.filter(({ method }) => method === 'document/changed');
  await isOpen(one.document);
  await until(() => pushes().length === 1, 'the state is pushed');
  expect(pushes()[0]!.params).toMatchObject({ status: 'open', shard: { rows: 1 } });
  expect(two.posted.some(({ method }) => method === 'document/changed')).toBe(true);
  await one.ask('view/page', { start: 0, end: 1, columns: [] });
  expect(one.document.session.state).toMatchObject({ shard: { bytesRead: 1 } });
  expect(pushes()).toHaveLength(1);
});

test('a view is kept over closing', async () => {
  const view: ViewState = { widths: { id: 90 }, hidden: [], order: [], query: EVERYTHING, parked: [], charts: true, roles: [], topRow: 12, panel: 'row', panelShare: 0.4, wrap: true };
  const first = open('a');
  await first.ask('view/ready');
  first.tell('view/state', view);
  await until(() => stored.size === 1, 'it is stored');
  first.close();
  first.document.dispose();
  expect((await open('a').ask('view/ready')).result).toMatchObject({ view });
});

test('what a hidden page asked for is cancelled, and commands go to the active panel alone', async () => {
  const [slow, other] = [open('slow'), open('b')];
  await slow.ask('view/ready');
  await other.ask('view/ready');
  await isOpen(slow.document);
  const properties = async () => (await slow.document.session.request('shard/metadata', {})).properties.join(' ');
  void slow.ask('view/page', { start: 0, end: 1, columns: [] }).catch(() => undefined);
  await until(async () => (await properties()) === 'started,1 cancelled,0', 'the engine works on the page');
  slow.show(false);
  await until(async () => (await properties()) === 'started,1 cancelled,1', 'the engine has stopped');
  other.show(true);
  active.panel!.command('goToRow');
  await until(() => other.posted.some(({ method }) => method === 'document/command'), 'the command arrives');
  expect(other.posted.at(-1)).toMatchObject({ method: 'document/command', params: { command: 'goToRow' } });
  expect(slow.posted.some(({ method }) => method === 'document/command')).toBe(false);
  other.close();
  expect(active.panel).toBeNull();
});

test('JSON goes to the clipboard, and its length to the page', async () => {
  const { ask } = open('a');
  await ask('view/ready');
  expect((await ask('view/copy', { start: 3, end: 5, columns: [0], bare: false })).result).toEqual({ length: 11 });
  expect(seen.clipboard).toBe('[3,5,false]');
  expect((await ask('view/copyText', { text: 'x' })).result).toBeNull();
  expect(seen.clipboard).toBe('x');
});

test('what has the focus is told to VS Code, for the active panel', async () => {
  const { ask, tell, close } = open('a');
  await ask('view/ready');
  tell('view/context', { row: 3, column: 'id' });
  await until(() => seen.commands.some(([, key, value]) => key === 'loupe.hasColumn' && value === true), 'the context is set');
  close();
  expect(seen.commands.slice(-2)).toEqual([
    ['setContext', 'loupe.hasRow', false],
    ['setContext', 'loupe.hasColumn', false],
  ]);
});

test('errors cross with their code, and the user can try again or read the file as text', async () => {
  const { ask, document } = open('fail');
  await ask('view/ready');
  expect((await ask('view/row', { row: 0 })).error?.data.code).toBe('malformed');
  await ask('view/openAsText');
  expect(seen.commands.at(-1)).toEqual(['vscode.openWith', document.uri, 'default', 1]);
  expect(document.session.state.status).toBe('failed');
  await ask('view/reopen');
  await until(() => document.session.state.status === 'failed', 'it was tried again');
});
