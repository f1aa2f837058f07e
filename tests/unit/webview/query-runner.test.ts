import { expect, it } from 'vitest';
import { EVERYTHING, type Query } from '../../../extension/protocol/queries.ts';
import type { Page } from '../../../extension/protocol/shards.ts';
import type { DocumentState, ViewState } from '../../../extension/protocol/webview.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { Pages } from '../../../webview/shards/grid/pages.ts';
import { QueryRunner } from '../../../webview/shards/query/query-runner.ts';
import { INITIAL_VIEW, initialState, rowsComplete, shownRows } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';
import { FakeHost, settled } from './fake-host.ts';
import { shard } from './shard.ts';

const OPEN: DocumentState = { status: 'open', name: 'x.parquet', shard };
const OPENING: DocumentState = { status: 'opening', name: 'x.parquet' };
const wide: Query = { conditions: [{ type: 'range', column: ['a'], min: '1' }], sort: [] };
const narrow: Query = { conditions: [{ type: 'range', column: ['a'], min: '5' }], sort: [] };
const sorted: Query = { conditions: [], sort: [{ column: ['a'], descending: true }] };

/** Rows of every second row of the table, as pages of a result. */
function page({ start, end }: { start: number; end: number }, filtered: boolean): Page {
  const positions = Array.from({ length: end - start }, (_, i) => start + i);
  const columns = [{ column: 0, texts: positions.map(String), kinds: positions.map(() => 'number' as const), sizes: positions.map(() => 0) }];
  return { start, rowCount: positions.length, columns, bytesRead: 0, ...(filtered ? { rows: positions.map((position) => position * 2) } : {}) };
}

function fixture(view: Partial<ViewState> = {}): { fake: FakeHost; store: Store; pages: Pages; holds: () => number; filter: (query: Query) => void; runner: QueryRunner } {
  const fake = new FakeHost();
  const store = new Store(initialState(OPEN, { ...INITIAL_VIEW, ...view }));
  const pages = new Pages((request, result) => Promise.resolve(page(request, result !== null)));
  let holds = 0;
  const runner = new QueryRunner(fake.host, store, pages, () => {
    holds++;
    return () => holds--;
  });
  pages.growTable(1000);
  pages.show({ start: 0, end: 20, columns: [0] });
  store.subscribe((state, before) => {
    if (state.opening !== before.opening) pages.restart();
  });
  runner.start();
  return { fake, store, pages, runner, holds: () => holds, filter: (query) => store.dispatch({ type: 'filters', filters: { query, parked: [] } }) };
}

const result = (id: number, rows: number, complete = true): unknown => ({ result: id, rows, complete, scanned: 0 });

it('asks for a filter and shows its rows, at the row that had the focus', async () => {
  const { fake, store, pages, filter, holds } = fixture({ focus: { row: 40, column: 'a' }, topRow: 38 });
  filter(wide);
  expect(store.state.query.asking).toEqual(wide);
  expect(shownRows(store.state)).toBe(1000);
  expect(holds()).toBe(1);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  expect(fake.of('view/position')[0]!.params).toEqual({ result: 1, row: 40 });
  fake.of('view/position')[0]!.answer({ position: 20 });
  await settled();
  expect(store.state.query.shown).toMatchObject({ result: 1, query: wide, rows: 500 });
  expect(store.state.view).toMatchObject({ focus: { row: 20 }, topRow: 18 });
  expect([shownRows(store.state), store.state.query.asking, holds()]).toEqual([500, null, 0]);
  // Its first page is there at once, with the numbers that rows have in the table.
  expect([pages.cell(20, 0)?.text, pages.rowNumber(20)]).toEqual(['20', 40]);
});

it('has one query under way: the latest wins, and what the others found is closed', async () => {
  const { fake, store, filter } = fixture();
  filter(wide);
  filter(narrow);
  const [first, second] = fake.of('view/query');
  expect(first!.signal?.aborted).toBe(true);
  first!.answer(result(1, 500));
  second!.answer(result(2, 7));
  await settled();
  fake.of('view/position')[0]?.answer({ position: null });
  await settled();
  expect(store.state.query.shown?.result).toBe(2);
  filter(EVERYTHING);
  await settled();
  expect(store.state.query.shown).toBeNull();
  expect(fake.of('view/closeResult').map(({ params }) => params)).toEqual([{ result: 2 }]);
  expect(fake.of('view/query')).toHaveLength(2);
});

it('goes to the top where the row is not among those that pass, and back to it when the filter goes', async () => {
  const { fake, store, filter } = fixture({ focus: { row: 41, column: 'a' }, topRow: 41 });
  filter(wide);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  fake.of('view/position')[0]!.answer({ position: null });
  await settled();
  expect(store.state.view).toMatchObject({ focus: { row: 0 }, topRow: 0 });
  store.dispatch({ type: 'focus', row: 3, column: 'a' });
  filter(EVERYTHING);
  await settled();
  expect(store.state.view.focus?.row).toBe(6);
});

it('shows the beginning of a new order', async () => {
  const { fake, store, filter } = fixture({ focus: { row: 900, column: 'a' }, topRow: 890 });
  filter(sorted);
  fake.of('view/query')[0]!.answer(result(1, 1000));
  await settled();
  expect(store.state.view).toMatchObject({ focus: { row: 0 }, topRow: 0 });
  expect(fake.of('view/position')).toEqual([]);
});

it('keeps the rows of the filter before where the next is refused, and says why', async () => {
  const { fake, store, filter } = fixture();
  filter(wide);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  filter(narrow);
  fake.of('view/query')[1]!.fail(new LoupeError('invalid-request', 'No such column.', { place: 'character 3' }));
  await settled();
  expect(store.state.query).toMatchObject({ shown: { result: 1 }, asking: null, refusal: { query: narrow, error: { message: 'No such column.', place: 'character 3' } } });
  expect(store.state.view.query).toEqual(narrow);
  store.dispatch({ type: 'undoFilters' });
  expect(store.state.view.query).toEqual(wide);
  fake.of('view/query')[2]!.answer(result(3, 500));
  await settled();
  expect(store.state.query.refusal).toBeNull();
});

it('takes in rows that are found later, also those told before the answer', async () => {
  const { fake, store, pages, filter } = fixture();
  filter(wide);
  fake.tell('document/result', { result: 1, rows: 120, complete: false, scanned: 400 });
  fake.of('view/query')[0]!.answer(result(1, 100, false));
  await settled();
  expect([shownRows(store.state), rowsComplete(store.state), pages.current.rows]).toEqual([120, false, 120]);
  fake.tell('document/result', { result: 1, rows: 333, complete: true, scanned: 1000 });
  expect([shownRows(store.state), rowsComplete(store.state), pages.current.rows]).toEqual([333, true, 333]);
  fake.tell('document/result', { result: 9, rows: 1, complete: true, scanned: 0 });
  expect(shownRows(store.state)).toBe(333);
});

it('gives up when told to, and the filter is again the one of the rows', async () => {
  const { fake, store, filter, runner } = fixture();
  filter(wide);
  runner.cancel();
  await settled();
  expect(fake.of('view/query')[0]!.signal?.aborted).toBe(true);
  expect(store.state.view.query).toEqual(EVERYTHING);
  expect(store.state.query.asking).toBeNull();
  expect(fake.of('view/query')).toHaveLength(1);
});

it('says what the rows wait for, and goes back to the filter before when it is given up meanwhile', async () => {
  const { fake, store, filter, runner } = fixture();
  filter(wide);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  filter(narrow);
  const progress = { label: 'Reading rows', done: 1, total: 4 };
  fake.of('view/query')[1]!.answer({ result: 2, rows: 0, complete: false, scanned: 0, progress });
  await settled();
  expect(store.state.query.shown).toMatchObject({ result: 2, progress });
  fake.tell('document/result', { result: 2, rows: 0, complete: false, scanned: 0, progress: { ...progress, done: 2 } });
  expect(store.state.query.shown?.progress?.done).toBe(2);
  fake.tell('document/result', { result: 2, rows: 3, complete: false, scanned: 9 });
  expect(store.state.query.shown).not.toHaveProperty('progress');
  runner.cancel();
  expect(store.state.view.query).toEqual(wide);
  fake.of('view/query')[2]!.answer(result(3, 500));
  await settled();
  expect(fake.of('view/closeResult').map(({ params }) => params)).toEqual([{ result: 1 }, { result: 2 }]);
});

it('that has no filter before it shows the table when it is given up', async () => {
  const { fake, store, runner } = fixture({ query: wide });
  fake.of('view/query')[0]!.answer(result(1, 0, false));
  await settled();
  runner.cancel();
  await settled();
  expect([store.state.view.query, store.state.query.shown]).toEqual([EVERYTHING, null]);
});

it('comes back after a reload at the place where it was, without showing other rows first', async () => {
  const { fake, store } = fixture({ query: wide, focus: { row: 300, column: 'a' }, topRow: 290 });
  expect(store.state.query.restoring).toBe(true);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  expect(store.state.query.restoring).toBe(false);
  expect(store.state.view).toMatchObject({ focus: { row: 300 }, topRow: 290 });
  expect(fake.of('view/position')).toEqual([]);
});

it('is asked anew after the engine was started again, and closes nothing of the new one', async () => {
  const { fake, store, pages, filter } = fixture();
  filter(wide);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  store.dispatch({ type: 'document', document: OPENING });
  store.dispatch({ type: 'document', document: OPEN });
  expect(pages.cell(0, 0)?.text).toBe('0');
  expect(fake.of('view/query')).toHaveLength(2);
  // The new engine counts from one again.
  fake.tell('document/result', { result: 1, rows: 3, complete: false, scanned: 0 });
  expect(shownRows(store.state)).toBe(500);
  fake.of('view/query')[1]!.answer(result(1, 400));
  await settled();
  expect(store.state.query.shown).toMatchObject({ result: 1, rows: 400 });
  expect(fake.of('view/closeResult')).toEqual([]);
});

it('shows rows of the table at once when the filter goes', async () => {
  const { fake, store, pages, filter } = fixture();
  filter(wide);
  fake.of('view/query')[0]!.answer(result(1, 500));
  await settled();
  expect(pages.current.result).toBe(1);
  filter(EVERYTHING);
  await settled();
  expect([pages.current.result, pages.rowNumber(7), store.state.query.shown]).toEqual([null, 7, null]);
});
