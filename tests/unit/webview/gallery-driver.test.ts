import { beforeEach, expect, it, vi } from 'vitest';
import type { Column, Page } from '../../../extension/protocol/shards.ts';
import { GalleryDriver } from '../../../webview/shards/gallery/driver.ts';
import { columnsWithPictures } from '../../../webview/shards/gallery/pictures-of-row.ts';
import { MAX_THUMBNAILS_IN_FLIGHT } from '../../../webview/shards/grid/thumbnails.ts';
import { startSession, type Session } from '../../../webview/shards/session.ts';
import { FakeHost, settled } from './fake-host.ts';
import { shard } from './shard.ts';

const ROWS = 10_000;
const DETAIL = { path: [], height: 256 };
const columns: Column[] = [
  { index: 0, name: 'image', type: 'STRUCT', kind: 'image' },
  { index: 1, name: 'caption', type: 'VARCHAR', kind: 'text' },
];

/** What of a scrolling element the driver uses. */
class FakeScroller {
  clientWidth = 1000;
  clientHeight = 700;
  scrollTop = 0;
  readonly #listeners: (() => void)[] = [];
  addEventListener(_: string, listener: () => void): void {
    this.#listeners.push(listener);
  }
  removeEventListener(): void {}
  querySelector(): null {
    return null;
  }
  focus(): void {}
  scrollTo(top: number): void {
    this.scrollTop = top;
    for (const listener of this.#listeners) listener();
  }
}

let host: FakeHost;
let session: Session;
let driver: GalleryDriver;
let scroller: FakeScroller;
let leave: () => void;
/** Tiles that are drawn now: React's part. */
const drawn = new Map<number, () => void>();
let most = 0;

function draw(): void {
  const { layout, first, last } = driver.view();
  const [start, end] = [first * layout.columns, Math.min(ROWS, last * layout.columns)];
  for (const [position, release] of drawn) {
    if (position >= start && position < end) continue;
    release();
    drawn.delete(position);
  }
  for (let position = start; position < end; position++) {
    if (!drawn.has(position)) drawn.set(position, session.thumbnails.watch(position, 0, () => undefined, { position, result: null }, DETAIL));
  }
  most = Math.max(most, drawn.size);
}

/** Answers whatever is asked, until nothing is any more. */
async function answerAll(): Promise<void> {
  let answered = 0;
  for (let idle = 0; idle < 2; ) {
    const { length } = host.asked;
    for (const { method, params, answer } of host.asked.slice(answered)) {
      if (method === 'view/page') answer(page(params as { start: number; end: number; columns: number[] }));
      if (method === 'view/thumbnail') answer({ status: 'broken', message: 'as good as any' });
    }
    idle = length === answered ? idle + 1 : 0;
    answered = length;
    await settled();
  }
}

function page({ start, end, columns: wanted }: { start: number; end: number; columns: number[] }): Page {
  const texts = Array.from({ length: end - start }, (_, i) => `caption ${start + i}`);
  return { start, rowCount: end - start, bytesRead: 0, columns: wanted.map((column) => ({ column, texts, kinds: texts.map(() => 'text'), sizes: texts.map(() => 0) })) };
}

const asked = (): number[] => host.of('view/thumbnail').map(({ params }) => (params as { row: number }).row);

beforeEach(() => {
  vi.stubGlobal('window', { devicePixelRatio: 1 });
  vi.stubGlobal('document', { hasFocus: () => false, activeElement: null, body: null });
  vi.stubGlobal('ResizeObserver', class { observe(): void {} disconnect(): void {} });
  drawn.clear();
  most = 0;
  host = new FakeHost();
  session = startSession({ getState: () => undefined, setState: () => undefined, postMessage: () => undefined }, host.host, { document: { status: 'open', name: 'a', shard: { ...shard, rows: ROWS, columns } } });
  driver = new GalleryDriver(session);
  scroller = new FakeScroller();
  driver.shape({ size: 200, caption: true, scores: 0, columns: [1] }, (position) => {
    const row = session.pages.rowNumber(position);
    const [column] = columnsWithPictures([columns[0]!], () => undefined) ?? [];
    return row === undefined || column === undefined ? [] : [{ row, column, place: { position, result: null }, detail: DETAIL }];
  });
  driver.subscribe(draw);
  leave = driver.mount(scroller as unknown as HTMLElement);
});

it('draws a screen and a line more, whatever the number of rows', () => {
  const { layout, first, last } = driver.view();
  expect(layout.columns).toBe(4);
  expect(first).toBe(0);
  expect(last).toBe(Math.ceil(700 / layout.lineHeight) + 1);
  for (let top = 0; top < layout.total - 700; top += 1_234) scroller.scrollTo(top);
  expect(most).toBeLessThanOrEqual(4 * (Math.ceil(700 / layout.lineHeight) + 3));
});

it('asks for each picture once: those on screen, and those of the next screen when nothing else waits', async () => {
  await answerAll();
  const { layout, last } = driver.view();
  const wanted = (last + layout.fit) * layout.columns;
  expect(asked().toSorted((a, b) => a - b)).toEqual(Array.from({ length: wanted }, (_, i) => i));
  // Those on screen were first.
  expect(Math.max(...asked().slice(0, last * layout.columns))).toBe(last * layout.columns - 1);
  scroller.scrollTo(layout.lineHeight);
  await answerAll();
  scroller.scrollTo(0);
  await answerAll();
  expect(new Set(asked()).size).toBe(asked().length);
});

it('asks for the cells of its words alone, in blocks', async () => {
  await answerAll();
  expect(host.of('view/page').map(({ params }) => params)).toEqual([{ start: 0, end: 100, columns: [1] }]);
});

it('cancels what scrolls away before it is there', async () => {
  const { layout } = driver.view();
  const before = host.of('view/thumbnail');
  expect(before).toHaveLength(MAX_THUMBNAILS_IN_FLIGHT);
  for (let line = 0; line < 2_000; line += 20) scroller.scrollTo(line * layout.lineHeight);
  await settled();
  expect(before.every(({ signal }) => signal?.aborted)).toBe(true);
  await answerAll();
  // A hundred screens were passed; only where it stopped pictures are asked for.
  expect(asked().length).toBeLessThan(before.length + 2 * 4 * (layout.fit + 3) + layout.fit * 4 + 100);
  expect(asked().slice(MAX_THUMBNAILS_IN_FLIGHT).filter((row) => row < 1_900 * 4).length).toBeLessThan(100);
});

it('keeps the first row when tiles change their size, and tells it to the view', () => {
  const { layout } = driver.view();
  scroller.scrollTo(300 * layout.lineHeight);
  expect(session.store.state.view.topRow).toBe(1_200);
  driver.shape({ size: 120, caption: true, scores: 0, columns: [1] }, () => []);
  const smaller = driver.view().layout;
  expect(smaller.columns).toBeGreaterThan(layout.columns);
  const { topRow } = session.store.state.view;
  expect(Math.abs(topRow - 1_200)).toBeLessThan(smaller.columns);
});

it('goes to a row and stands still for one that is on screen', () => {
  driver.show(9_999);
  expect(driver.view().last).toBe(driver.view().layout.lines);
  const { scrollTop } = scroller;
  driver.show(9_998);
  expect(scroller.scrollTop).toBe(scrollTop);
});

it('leaves nothing under way', async () => {
  for (const release of drawn.values()) release();
  leave();
  await settled();
  expect(host.of('view/thumbnail').every(({ signal }) => signal?.aborted)).toBe(true);
});
