import { isDeepStrictEqual as isEqual } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { EVERYTHING } from '../../../extension/protocol/queries.ts';
import type { Page } from '../../../extension/protocol/shards.ts';
import type { ViewState } from '../../../extension/protocol/webview.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import { PanelPictures } from '../../../extension/shards/pictures/panel-pictures.ts';
import { PictureHosts } from '../../../extension/shards/pictures/picture-hosts.ts';
import { PictureRoots } from '../../../extension/shards/pictures/picture-roots.ts';
import { ActivePanel } from '../../../extension/shards/active-panel.ts';
import { OpenPanels } from '../../../extension/shards/open-panels.ts';
import { ShardEditorProvider } from '../../../extension/shards/shard-editor-provider.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { SqlConsole } from '../../../extension/shards/sql-console.ts';
import type { CellDocuments } from '../../../extension/shards/editing/cell-documents.ts';
import { Exports } from '../../../extension/shards/exports/exports.ts';
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
let pictures: PanelPictures;
let stored: Map<string, unknown>;
beforeEach(() => {
  fixture = fakeEngineClient();
  active = new ActivePanel();
  stored = new Map();
  Object.assign(seen, { commands: [], clipboard: '' });
  const storage = { get: (key: string, otherwise: unknown) => stored.get(key) ?? otherwise, update: (key: string, value: unknown) => Promise.resolve(stored.set(key, value)) };
  pictures = new PanelPictures(new PictureHosts(storage as unknown as vscode.Memento), new PictureRoots(storage as unknown as vscode.Memento), () => fixture.client.configure());
  provider = new ShardEditorProvider(new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies'))), active, new OpenPanels(() => ({ dispose: () => undefined })), {
    extensionUri: Uri.file('/extension') as unknown as vscode.Uri,
    viewStates: new ViewStates(storage as unknown as vscode.Memento),
    values: { show: () => Promise.resolve() } as unknown as ValueDocuments,
    cells: { show: () => Promise.resolve(false) } as unknown as CellDocuments,
    exports: new Exports(),
    sql: new SqlConsole(storage as unknown as vscode.Memento, Uri.file('/queries') as unknown as vscode.Uri),
    pictures,
  });
});
afterEach(() => fixture.end());

function open(name: string) {
  const document = provider.openCustomDocument(Uri.file(fixture.file(name)) as unknown as vscode.Uri, { backupId: undefined, untitledDocumentData: undefined });
  const fake = fakePanel();
  provider.resolveCustomEditor(document, fake.panel as unknown as vscode.WebviewPanel);
  return { ...fake, document };
}

/** Opens a file, looks at it in this way, and closes it. */
async function leave(name: string, view: ViewState): Promise<void> {
  const { ask, tell, close, document } = open(name);
  await ask('view/ready');
  tell('view/state', view);
  await until(() => stored.size === 1, 'it is stored');
  close();
  document.dispose();
}

/** Where the engine stands with pages of `slow`. */
const counts = async (document: { session: ShardSession }) => {
  const { started, cancelled } = Object.fromEntries((await document.session.request('shard/metadata', {})).properties);
  return { started: Number(started), cancelled: Number(cancelled) };
};
/** The bytes of a page are counted when it is there. */
const isRead = (document: { session: ShardSession }) =>
  until(() => document.session.state.status === 'open' && document.session.state.shard.bytesRead > 0, 'the first page is read');
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

test('a page that is ready before the shard is open is not kept waiting', async () => {
  const { ask } = open('opens-never');
  expect(fixture.client.processes).toBe(0);
  expect((await ask('view/ready')).result).toEqual({ document: { status: 'opening', name: 'opens-never' } });
});

test('all that the first frame needs comes in one answer, read while the page loads', async () => {
  const { ask, document, posted } = open('a');
  await isRead(document);
  expect((await ask('view/ready')).result).toMatchObject({ document: { status: 'open', shard: { rows: 1 } }, page: { start: 0 } });
  expect(posted).toHaveLength(1);
});

test('the first page begins where the view was left, without hidden columns', async () => {
  const view: ViewState = { widths: {}, hidden: ['b'], order: [], query: EVERYTHING, parked: [], charts: true, roles: [], topRow: 250, panel: 'none', panelShare: 0.4, wrap: true };
  await leave('rows-1000-columns-abc', view);
  const { ask, document } = open('rows-1000-columns-abc');
  await isRead(document);
  const { page } = (await ask('view/ready')).result as { page: Page };
  expect(page).toMatchObject({ start: 200, rowCount: 100 });
  expect(page.columns.map(({ column }) => column)).toEqual([0, 2]);
});

test('a page that is loaded again after it was hidden gets its rows too', async () => {
  const { ask, document, show } = open('a');
  await isRead(document);
  show(false);
  show(true);
  expect((await ask('view/ready')).result).toHaveProperty('page');
});

test('a first page that takes long is left to the page to ask for', async () => {
  const { ask, document } = open('slow');
  await isOpen(document);
  expect((await ask('view/ready')).result).toEqual({ document: document.session.state });
  await until(async () => isEqual(await counts(document), { started: 1, cancelled: 1 }), 'the engine has stopped');
});

test('every panel of a file gets its whole state, but not for bytes read alone', async () => {
  const [one, two] = [open('a'), open('a')];
  await isRead(one.document);
  await one.ask('view/ready');
  await two.ask('view/ready');
  const pushes = ({ posted }: { posted: readonly Message[] }): Message[] => posted.filter(({ method }) => method === 'document/changed');
  await one.ask('view/row', { row: 5 });
  await until(() => pushes(one).length === 1 && pushes(two).length === 1, 'the state is pushed to both');
  expect(pushes(one)[0]!.params).toMatchObject({ status: 'open', shard: { rows: 5 } });
  await one.ask('view/page', { start: 0, end: 1, columns: [] });
  expect(one.document.session.state).toMatchObject({ shard: { bytesRead: 7 } });
  expect(pushes(one)).toHaveLength(1);
});

test('a view is kept over closing', async () => {
  const view: ViewState = { widths: { id: 90 }, hidden: [], order: [], query: EVERYTHING, parked: [], charts: true, roles: [], topRow: 12, panel: 'row', panelShare: 0.4, wrap: true };
  await leave('a', view);
  expect((await open('a').ask('view/ready')).result).toMatchObject({ view });
});

test('what a hidden page asked for is cancelled, and commands go to the active panel alone', async () => {
  const [slow, other] = [open('slow'), open('b')];
  let before = { started: 0, cancelled: 0 };
  await slow.ask('view/ready');
  await other.ask('view/ready');
  await isOpen(slow.document);
  await until(async () => (before = await counts(slow.document)).started === before.cancelled, 'the first page is given up');
  void slow.ask('view/page', { start: 0, end: 1, columns: [] }).catch(() => undefined);
  await until(async () => isEqual(await counts(slow.document), { started: before.started + 1, cancelled: before.cancelled }), 'the engine works on the page');
  slow.show(false);
  await until(async () => isEqual(await counts(slow.document), { started: before.started + 1, cancelled: before.cancelled + 1 }), 'the engine has stopped');
  other.show(true);
  active.panel!.command('goToRow');
  await until(() => other.posted.some(({ method }) => method === 'document/command'), 'the command arrives');
  expect(other.posted.at(-1)).toMatchObject({ method: 'document/command', params: { command: 'goToRow' } });
  expect(slow.posted.some(({ method }) => method === 'document/command')).toBe(false);
  other.close();
  expect(active.panel).toBeNull();
});

test('what a statement waits for is told to the page, and the statement ends with the page', async () => {
  const { ask, posted, show, document } = open('a');
  await ask('view/ready');
  await isOpen(document);
  void ask('view/sql', { sql: 'SELECT 1', run: 'mine' });
  await until(() => posted.some(({ method }) => method === 'document/sqlProgress'), 'the progress is told');
  expect(posted.find(({ method }) => method === 'document/sqlProgress')?.params).toEqual({ run: 'mine', progress: { label: 'Reading rows', done: 1, total: 4 } });
  show(false);
  await until(async () => (await counts(document)).cancelled === 1, 'it is cancelled');
});

test('the results of a page that is hidden are closed, for it will ask again', async () => {
  const { ask, document, show } = open('a');
  await ask('view/ready');
  await isOpen(document);
  const kept = async (): Promise<string | undefined> => Object.fromEntries((await document.session.request('shard/metadata', {})).keyValues)['results'];
  const first = (await ask('view/query', { query: EVERYTHING })).result as { result: number };
  await ask('view/query', { query: EVERYTHING });
  await ask('view/closeResult', { result: first.result });
  expect(await kept()).toBe('1');
  show(false);
  await until(async () => (await kept()) === '0', 'the result is closed');
  show(true);
  await ask('view/ready');
  await ask('view/query', { query: EVERYTHING });
  expect(await kept()).toBe('1');
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

test('pictures are asked about in a dialog, and every page hears when others may be fetched', async () => {
  const [one, two] = [open('a'), open('b')];
  await one.ask('view/ready');
  await two.ask('view/ready');
  const heard = ({ posted }: typeof one): number => posted.filter(({ method }) => method === 'document/pictures').length;
  seen.choice = undefined;
  expect((await one.ask('view/allowPictures', { host: 'cdn.example' })).result).toEqual({ allowed: false });
  expect([heard(one), heard(two), stored.size]).toEqual([0, 0, 0]);
  seen.choice = 'Allow Pictures from cdn.example';
  expect((await one.ask('view/allowPictures', { host: 'cdn.example' })).result).toEqual({ allowed: true });
  expect(pictures.hosts.permissions).toEqual({ hosts: ['cdn.example'], everyHost: false, privateHosts: [] });
  await until(() => heard(one) === 1 && heard(two) === 1, 'both pages hear');
  expect(seen.warnings.at(-1)).toBe('Fetch pictures from cdn.example?');
  expect((await one.ask('view/allowPictures', { host: 'a b\n[Allow](x)' })).error?.data.code).toBe('invalid-request');
});
