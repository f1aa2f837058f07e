import { describe, expect, it, vi } from 'vitest';
import { EVERYTHING, type Query } from '../../../extension/protocol/queries.ts';
import type { Page, ShardState } from '../../../extension/protocol/shards.ts';
import type { DocumentState, ReadyAnswer, ViewState } from '../../../extension/protocol/webview.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { Pages } from '../../../webview/shards/grid/pages.ts';
import { QueryRunner } from '../../../webview/shards/query/query-runner.ts';
import { RowSeeker } from '../../../webview/shards/row-seeker.ts';
import { startSession, type Session } from '../../../webview/shards/session.ts';
import { INITIAL_VIEW, initialState } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';
import { FakeHost, settled } from './fake-host.ts';
import { shard } from './shard.ts';

const open = (more: Partial<ShardState> = {}): DocumentState => ({ status: 'open', name: 'x.parquet', shard: { ...shard, ...more } });
const OPENING: DocumentState = { status: 'opening', name: 'x.parquet' };
const big: Query = { conditions: [{ type: 'range', column: ['a'], min: '5' }], sort: [{ column: ['a'], descending: true }] };
const EMPTY_PAGE: Page = { start: 0, rowCount: 0, columns: [], bytesRead: 0 };

function fixture(document: DocumentState, view: Partial<ViewState> = {}) {
  const fake = new FakeHost();
  const store = new Store(initialState(document, { ...INITIAL_VIEW, ...view }));
  const pages = new Pages(() => Promise.resolve(EMPTY_PAGE));
  const runner = new QueryRunner(fake.host, store, pages, () => () => undefined);
  const seeker = new RowSeeker(fake.host, store, pages);
  runner.start();
  const show = (next: DocumentState): void => store.dispatch({ type: 'document', document: next });
  return { fake, store, pages, seeker, show, moved: () => store.state.move?.value, said: () => store.state.announcement?.value };
}

async function filtered(rows: number, complete = true) {
  const made = fixture(open());
  made.store.dispatch({ type: 'filters', filters: { query: big, parked: [] } });
  made.fake.of('view/query')[0]!.answer({ result: 1, rows, complete, scanned: 0 });
  await settled();
  return made;
}

describe('a row of the table', () => {
  it('is gone to where the whole table is shown', async () => {
    const { seeker, moved, fake } = fixture(open());
    await seeker.go({ row: 41, column: 'a' });
    expect(moved()).toEqual({ row: 41, column: 'a', takeFocus: true });
    expect(fake.asked).toEqual([]);
  });

  it('is gone to by its place among the rows of the filter', async () => {
    const { seeker, moved, fake } = await filtered(300);
    void seeker.go({ row: 41 });
    await settled();
    expect(fake.of('view/position')[0]!.params).toEqual({ result: 1, row: 41, wait: true });
    fake.of('view/position')[0]!.answer({ position: 7 });
    await settled();
    expect(moved()).toEqual({ row: 7, takeFocus: true });
  });

  it('is waited for where the page does not know yet how many rows there are', async () => {
    const { seeker, moved, fake, store } = await filtered(5, false);
    void seeker.go({ row: 41 });
    await settled();
    fake.of('view/position')[0]!.answer({ position: 7 });
    await settled();
    expect(moved()).toBeUndefined();
    store.dispatch({ type: 'grown', state: { result: 1, rows: 8, complete: false, scanned: 50 } });
    await settled();
    expect(moved()?.row).toBe(7);
  });

  it('that the filter hides is offered, and nothing moves', async () => {
    const { seeker, moved, fake, store } = await filtered(300);
    void seeker.go({ row: 41, column: 'a' });
    await settled();
    fake.of('view/position')[0]!.answer({ position: null });
    await settled();
    expect([moved(), store.state.outside]).toEqual([undefined, { row: 41, column: 'a' }]);
    void seeker.uncover({ row: 41, column: 'a' });
    expect(store.state.outside).toBeNull();
    // The order stays, since it hides nothing.
    expect(store.state.view.query).toEqual({ conditions: [], sort: big.sort });
    expect(moved()).toBeUndefined();
    fake.of('view/query')[1]!.answer({ result: 2, rows: 1000, complete: true, scanned: 0 });
    await settled();
    fake.of('view/position').at(-1)!.answer({ position: 958 });
    await settled();
    expect(fake.of('view/position').at(-1)!.params).toEqual({ result: 2, row: 41, wait: true });
    expect(moved()).toEqual({ row: 958, column: 'a', takeFocus: true });
    store.dispatch({ type: 'undoFilters' });
    expect(store.state.view.query).toEqual(big);
  });

  it('that is hidden is forgotten when other rows are shown', async () => {
    const { seeker, fake, store } = await filtered(300);
    void seeker.go({ row: 41 });
    await settled();
    fake.of('view/position')[0]!.answer({ position: null });
    await settled();
    store.dispatch({ type: 'filters', filters: { query: EVERYTHING, parked: [] } });
    await settled();
    expect(store.state.outside).toBeNull();
  });

  it('is sought again where another filter came on while it was sought', async () => {
    const { seeker, moved, fake, store } = await filtered(300);
    void seeker.go({ row: 41 });
    await settled();
    store.dispatch({ type: 'filters', filters: { query: EVERYTHING, parked: [] } });
    await settled();
    fake.of('view/position')[0]!.fail(new LoupeError('invalid-request', "This query's result is not open any more."));
    await settled();
    expect(moved()?.row).toBe(41);
  });

  it('that the table does not have is told, and the last row is not shown in its place', async () => {
    const { seeker, moved, said } = fixture(open());
    await seeker.go({ row: 1000 });
    expect([moved(), said()]).toEqual([undefined, 'Rows go from 1 to 1,000.']);
  });

  it('that is not read yet is gone to when it is', async () => {
    const { seeker, moved, said, show } = fixture(open({ rows: 40, rowsComplete: false }));
    void seeker.go({ row: 41 });
    expect(said()).toBe('Row 42 is not read yet; it is shown as soon as it is.');
    await settled();
    expect(moved()).toBeUndefined();
    show(open({ rows: 90, rowsComplete: false }));
    await settled();
    expect(moved()?.row).toBe(41);
  });

  it('waits for the shard, and a later wish is the one that counts', async () => {
    const { seeker, moved, show } = fixture(OPENING);
    const first = seeker.go({ row: 4 });
    void seeker.go({ row: 9 });
    await first;
    show(open());
    await settled();
    expect(moved()?.row).toBe(9);
  });
});

describe('a page that begins at a row', () => {
  function start(ready: ReadyAnswer): { session: Session; fake: FakeHost } {
    vi.stubGlobal('window', { devicePixelRatio: 1 });
    const fake = new FakeHost();
    const session = startSession({ postMessage: () => undefined, getState: () => undefined, setState: () => undefined }, fake.host, ready);
    return { session, fake };
  }

  it('shows it at once, whatever filter was on; that can be brought back', () => {
    const view = { ...INITIAL_VIEW, query: big, focus: { row: 3, column: 'a' } };
    const { session, fake } = start({ document: open(), view, reveal: { row: 700 } });
    expect(session.store.state.view).toMatchObject({ query: EVERYTHING, topRow: 700, focus: { row: 700, column: 'a' } });
    expect(session.store.state.announcement?.value).toBe('The filter is cleared to show the row; Ctrl+Z brings it back.');
    expect(fake.of('view/query')).toEqual([]);
    session.store.dispatch({ type: 'undoFilters' });
    expect(session.store.state.view.query).toEqual(big);
  });

  it('goes to one that is not read yet later, and to none that does not exist', async () => {
    const { session } = start({ document: OPENING, view: { ...INITIAL_VIEW, topRow: 20 }, reveal: { row: 700 } });
    expect(session.store.state.view.topRow).toBe(20);
    session.store.dispatch({ type: 'document', document: open() });
    await settled();
    expect(session.store.state.move?.value.row).toBe(700);
    const { session: short } = start({ document: open({ rows: 5 }), reveal: { row: 700 } });
    await settled();
    expect([short.store.state.move, short.store.state.announcement?.value]).toEqual([null, 'Rows go from 1 to 5.']);
  });

  it('while a filter is restored, tells the host no row: a place in it is no row of the table', () => {
    const told: unknown[] = [];
    const fake = new FakeHost();
    vi.stubGlobal('window', { devicePixelRatio: 1 });
    startSession({ postMessage: () => undefined, getState: () => undefined, setState: () => undefined }, { ...fake.host, notify: (_, params) => told.push(params) }, { document: open(), view: { ...INITIAL_VIEW, query: big, focus: { row: 3, column: 'a' } } });
    expect(told).toEqual([{ row: null, column: 'a' }]);
  });
});
