import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { CellContent } from '../../../webview/shards/grid/cell.tsx';
import { runCommand } from '../../../webview/shards/commands.ts';
import { Record } from '../../../webview/shards/panel/record.tsx';
import { allowPictures, PicturesBar, UnaskedPicture } from '../../../webview/shards/pictures/allow.tsx';
import { UnaskedHosts } from '../../../webview/shards/pictures/unasked-hosts.ts';
import { SessionProvider, startSession, type Session } from '../../../webview/shards/session.ts';
import { FakeHost, settled } from './fake-host.ts';

// What a store says is drawn as it is now; React itself refuses to without a browser.
vi.mock('react', async (original) => ({ ...(await original<typeof import('react')>()), useSyncExternalStore: (_: unknown, get: () => unknown) => get() }));

const columns: Column[] = [
  { index: 0, name: 'caption', type: 'VARCHAR', kind: 'text' },
  { index: 1, name: 'image_url', type: 'VARCHAR', kind: 'text' },
];
const shard: ShardState = { path: '/a.parquet', format: 'parquet', compression: 'none', fileSize: 1, rows: 3, rowsComplete: true, columns, notices: [], bytesRead: 0 };

let host: FakeHost;
let session: Session;
beforeEach(() => {
  vi.stubGlobal('window', { devicePixelRatio: 1 });
  host = new FakeHost();
  session = startSession({ getState: () => undefined, setState: () => undefined, postMessage: () => undefined }, host.host, { document: { status: 'open', name: 'a.parquet', shard } });
});

const markup = (element: Parameters<typeof renderToStaticMarkup>[0]): string => renderToStaticMarkup(createElement(SessionProvider, { value: session }, element));

describe('pictures at hosts that the user was not asked about', () => {
  it('are counted by host, those of most pictures first, until the user does not want to be asked', () => {
    const hosts = new UnaskedHosts();
    let told = 0;
    hosts.subscribe(() => told++);
    for (const name of ['a.example', 'b.example', 'b.example', 'b.example']) hosts.add(name);
    expect(hosts.hosts).toEqual(['b.example', 'a.example']);
    expect(told).toBe(3);
    expect(hosts.hosts).toBe(hosts.hosts);
    for (let i = 0; i < 5_000; i++) hosts.add(`${i}.example`);
    expect(hosts.hosts).toHaveLength(1_000);
    hosts.clear();
    expect(hosts.hosts).toEqual([]);
    hosts.dismiss();
    hosts.add('a.example');
    expect(hosts.hosts).toEqual([]);
  });

  it('show that nothing was fetched; after a yes they are asked for again', async () => {
    const leave = session.thumbnails.watch(0, 1, () => undefined);
    host.of('view/thumbnail')[0]!.answer({ status: 'unasked', host: 'cdn.example' });
    await settled();
    expect(session.thumbnails.get(0, 1)).toEqual({ status: 'unasked', host: 'cdn.example' });
    expect(session.unasked.hosts).toEqual(['cdn.example']);
    expect(host.of('view/thumbnail')).toHaveLength(1);
    host.tell('document/pictures', {});
    expect(session.unasked.hosts).toEqual([]);
    expect(session.thumbnails.get(0, 1)).toEqual({ status: 'pending' });
    expect(host.of('view/thumbnail')).toHaveLength(2);
    expect(session.store.state.pictures).toBe(1);
    leave();
  });

  it('are told above the grid', () => {
    expect(markup(createElement(PicturesBar))).toBe('');
    session.unasked.add('cdn.example');
    session.unasked.add('other.example');
    const bar = markup(createElement(PicturesBar));
    expect(bar).toContain('Pictures of these rows are at cdn.example and 1 other host; nothing is fetched before you allow it.');
    expect(bar).toContain('Allow...');
    expect(bar).toContain('Not Now');
  });
});

describe('a cell of a column of addresses', () => {
  const cell = (text: string, pictures: boolean): string => markup(createElement(CellContent, { cell: { text, kind: 'text', size: 0 }, row: 0, column: 1, pictures }));

  it('has the picture before the text', () => {
    expect(cell('https://cdn.example/a.jpg', true)).toMatch(/thumbnail-pending.*https:\/\/cdn\.example\/a\.jpg/);
    expect(cell('https://cdn.example/a.jpg', false)).not.toContain('thumbnail');
    expect(cell('a cat', true)).not.toContain('thumbnail');
  });
});

describe('a row at the side', () => {
  const record = (caption: string, address: string): string => {
    const row = { row: 0, place: '', cells: [{ column: 0, value: caption }, { column: 1, value: address }], bytesRead: 0 };
    return markup(createElement(Record, { row, columns, wrap: true, match: undefined, onDrawn: () => undefined }));
  };

  it('has the picture under the text that says where it is', () => {
    expect(record('https://cdn.example/b.jpg', 'https://cdn.example/a.jpg')).toMatch(/cdn\.example\/b\.jpg.*cdn\.example\/a\.jpg.*picture-pending/s);
    expect(record('https://cdn.example/b.jpg', 'a cat')).not.toContain('picture-pending');
  });

  it('offers to allow the host, and the extension asks', () => {
    expect(markup(createElement(UnaskedPicture, { host: 'cdn.example' }))).toMatch(/At cdn\.example: not fetched before you allow it.*Allow\.\.\./);
    allowPictures(session, 'cdn.example');
    expect(host.of('view/allowPictures').map(({ params }) => params)).toEqual([{ host: 'cdn.example' }]);
  });
});

describe('a column', () => {
  it('is shown as pictures or as text by command, and that is kept in the view', () => {
    session.store.dispatch({ type: 'focus', row: 0, column: 'caption' });
    runCommand(session, 'showAsPictures');
    expect(session.store.state.view.pictures).toEqual({ caption: true });
    runCommand(session, 'showAsText');
    expect(session.store.state.view.pictures).toEqual({ caption: false });
  });
});
