import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CellThumbnail } from '../../../extension/protocol/engine.ts';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { Gallery } from '../../../webview/shards/gallery/gallery.tsx';
import { Pager } from '../../../webview/shards/gallery/pager.ts';
import { Tile, type TileSettings } from '../../../webview/shards/gallery/tile.tsx';
import { SessionProvider, startSession, type Session } from '../../../webview/shards/session.ts';
import { FakeHost, settled } from './fake-host.ts';

// What a store says is drawn as it is now; React itself refuses to without a browser.
vi.mock('react', async (original) => ({ ...(await original<typeof import('react')>()), useSyncExternalStore: (_: unknown, get: () => unknown) => get() }));

const columns: Column[] = [
  { index: 0, name: 'caption', type: 'VARCHAR', kind: 'text' },
  { index: 1, name: 'image_url', type: 'VARCHAR', kind: 'text' },
  { index: 2, name: 'score', type: 'DOUBLE', kind: 'number' },
];
const shardOf = (some: Column[]): ShardState => ({ path: '/a.parquet', format: 'parquet', compression: 'none', fileSize: 1, rows: 3, rowsComplete: true, columns: some, notices: [], bytesRead: 0 });

let host: FakeHost;
let session: Session;
let settings: TileSettings;
beforeEach(() => {
  vi.stubGlobal('window', { devicePixelRatio: 1 });
  vi.stubGlobal('URL', { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined });
  host = new FakeHost();
  session = startSession({ getState: () => undefined, setState: () => undefined, postMessage: () => undefined }, host.host, { document: { status: 'open', name: 'a.parquet', shard: shardOf(columns) } });
  const texts = [['a cat', 'no picture', 'b'], ['https://cdn.example/a.jpg', 'nothing here', 'https://cdn.example/b.jpg'], ['0.5', '0.25', '']];
  session.pages.prime({ start: 0, rowCount: 3, bytesRead: 0, columns: texts.map((column, i) => ({ column: i, texts: column, kinds: column.map((text) => (text === '' ? 'null' : i === 2 ? 'number' : 'text')), sizes: [0, 0, 0] })) });
  settings = { sources: [columns[1]!], inside: { texts: [], scores: [] }, caption: columns[0], scores: [columns[2]!], thumbnailHeight: 256, pager: new Pager() };
});

const markup = (element: Parameters<typeof renderToStaticMarkup>[0]): string => renderToStaticMarkup(createElement(SessionProvider, { value: session }, element));
const tile = (position: number): string => markup(createElement(Tile, { position, column: position, settings }));

async function answered(picture: CellThumbnail, row = 0): Promise<void> {
  session.thumbnails.watch(row, 1, () => undefined, { position: row, result: null }, { path: [], height: 256 });
  host.of('view/thumbnail').at(-1)!.answer(picture);
  await settled();
}

const OK: CellThumbnail = { status: 'ok', facts: { format: 'jpeg', width: 640, height: 427, orientation: 1, size: 3 }, bytes: new Uint8Array(3), mediaType: 'image/webp' };

describe('a tile', () => {
  it('is a cell with a name, its row’s caption and scores, and a place for the picture', () => {
    expect(tile(0)).toMatch(/id="tile-0" role="gridcell" aria-colindex="1" aria-selected="false" aria-label="Row 1: a cat".*tile-pending.*a cat.*score.*0\.5/s);
  });

  it('has scores from inside columns too, asked for as columns of their own', async () => {
    const table = shardOf([...columns, { index: 3, name: 'meta', type: 'STRUCT(clip DOUBLE)', kind: 'struct' }]);
    session = startSession({ getState: () => undefined, setState: () => undefined, postMessage: () => undefined }, host.host, { document: { status: 'open', name: 'a.parquet', shard: table } });
    const clip = session.inside.column(['meta', 'clip']);
    settings = { ...settings, scores: [clip] };
    session.pages.show({ start: 0, end: 3, columns: [0, clip.index] });
    const asked = host.of('view/page').at(-1)!;
    expect(asked.params).toMatchObject({ columns: [0], inside: [{ column: -1, of: 3, path: ['clip'] }] });
    const cells = (column: number, texts: string[]): object => ({ column, texts, kinds: texts.map(() => 'number'), sizes: texts.map(() => 0) });
    asked.answer({ start: 0, rowCount: 3, bytesRead: 0, columns: [cells(0, ['a', 'b', 'c']), cells(clip.index, ['0.31', '', '0.2'])] });
    await settled();
    expect(tile(0)).toMatch(/tile-score-name" title="meta\.clip">meta\.clip.*0\.31/s);
  });

  it('says that a row has no picture, and asks for none', () => {
    expect(tile(1)).toContain('No picture in this row');
    expect(host.of('view/thumbnail')).toHaveLength(0);
  });

  it('shows the picture with its true size and type', async () => {
    await answered(OK);
    expect(tile(0)).toContain('src="blob:1" alt="" title="jpeg · 640 × 427"');
    expect(tile(0)).not.toContain('tile-pager');
  });

  it('has a pager where its row has several pictures', async () => {
    await answered({ ...OK, places: [[0], [1], [2]] });
    expect(tile(0)).toMatch(/role="group" aria-label="Picture 1 of 3".*1\/3/s);
    settings.pager.turn(0, 1, 3);
    expect(tile(0)).toMatch(/Picture 2 of 3.*2\/3/s);
  });

  it('says that a cell holds no picture without talk of trouble', async () => {
    await answered({ status: 'broken', message: 'There is no picture in this cell.', nothing: true });
    expect(tile(0)).toContain('No picture in this row');
    expect(tile(0)).not.toContain('tile-broken');
  });

  it('says in words why there is no picture, and whom it would have to ask', async () => {
    await answered({ status: 'broken', message: 'The server said 404.' });
    expect(tile(0)).toContain('<span>The server said 404.</span>');
    await answered({ status: 'unasked', host: 'cdn.example' }, 2);
    expect(tile(2)).toMatch(/At cdn\.example: not fetched before you allow it.*Allow\.\.\./s);
  });

  it('shows focus, selection and what is compared, to eye and ear', () => {
    session.store.dispatch({ type: 'focus', row: 0, column: 'caption' });
    session.store.dispatch({ type: 'select', selection: { anchor: 0, active: 1 } });
    session.store.dispatch({ type: 'compare', rows: { first: 0, second: null } });
    expect(tile(0)).toMatch(/aria-selected="true" aria-label="Row 1: a cat, chosen for comparing" class="tile focused selected compared"/);
    expect(tile(2)).toContain('aria-selected="false"');
  });
});

describe('the gallery', () => {
  const gallery = (some: Column[]): string => markup(createElement(Gallery, { shard: shardOf(some), name: 'a.parquet' }));
  it('is one tab stop with a name, and says above it what it shows', () => {
    const page = gallery(columns);
    expect(page).toMatch(/role="grid" tabindex="0" aria-label="Pictures of a\.parquet"/);
    for (const label of ['Column of the pictures', 'Text under the pictures', 'Scores under the pictures', 'Size of the pictures', 'Keys of the gallery', 'Choose the folder where the paths']) expect(page).toContain(label);
  });

  it('says that no column holds pictures, and lets the user say which one does', () => {
    const page = gallery([columns[0]!]);
    expect(page).toContain('No column of this shard is known to hold pictures.');
    expect(page).toMatch(/Choose a column\.\.\..*<option value="=caption">caption<\/option>/s);
    expect(page).toContain('Show as Grid');
  });
});
