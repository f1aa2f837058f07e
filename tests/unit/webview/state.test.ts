import { describe, expect, it } from 'vitest';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import type { DocumentState } from '../../../extension/protocol/webview.ts';
import { selectedRange, selectionNear } from '../../../webview/shards/grid/selection.ts';
import { INITIAL_VIEW, initialState, MAX_GRID_COLUMNS, MAX_PANEL_SHARE, MIN_PANEL_SHARE, reduce, visibleColumns, type AppState } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';

const column = (name: string, index: number): Column => ({ index, name, type: 'VARCHAR', kind: 'text' });
const shard = (rows: number, names = ['a', 'b', 'c']): ShardState => ({
  path: '/data/x.parquet',
  format: 'parquet',
  compression: 'none',
  fileSize: 1,
  rows,
  rowsComplete: false,
  columns: names.map(column),
  notices: [],
  bytesRead: 0,
});
const open = (rows: number): DocumentState => ({ status: 'open', name: 'x.parquet', shard: shard(rows) });
const OPENING: DocumentState = { status: 'opening', name: 'x.parquet' };
const FAILED: DocumentState = { status: 'failed', name: 'x.parquet', error: { code: 'malformed', message: 'Damaged.' } };
const start = (document: DocumentState = open(100)): AppState => initialState(document, INITIAL_VIEW);

describe('document', () => {
  it('keeps focus, selection and opening while rows grow', () => {
    let state = reduce(start(), { type: 'focus', row: 7, column: 'b' });
    state = reduce(state, { type: 'select', selection: { anchor: 1, active: 3 } });
    const grown = reduce(state, { type: 'document', document: open(200) });
    expect(grown.shard?.rows).toBe(200);
    expect(grown.view).toBe(state.view);
    expect(grown.selection).toEqual({ anchor: 1, active: 3 });
    expect(grown.opening).toBe(state.opening);
  });

  it('keeps the shard on screen while the engine comes back, and counts the opening', () => {
    const state = start();
    const away = reduce(state, { type: 'document', document: OPENING });
    expect(away.shard).toBe(state.shard);
    const back = reduce(away, { type: 'document', document: open(100) });
    expect(back.opening).toBe(state.opening + 1);
  });

  it('has no shard after a failure', () => {
    expect(reduce(start(), { type: 'document', document: FAILED }).shard).toBeNull();
    expect(start(OPENING).shard).toBeNull();
  });
});

describe('view', () => {
  it('is the same object where nothing changed', () => {
    const state = reduce(start(), { type: 'focus', row: 1, column: 'a' });
    expect(reduce(state, { type: 'focus', row: 1, column: 'a' })).toBe(state);
    expect(reduce(state, { type: 'topRow', row: 0 })).toBe(state);
    expect(reduce(state, { type: 'panel', panel: 'none' })).toBe(state);
  });

  it('keeps the side view within bounds', () => {
    expect(reduce(start(), { type: 'panelShare', share: 2 }).view.panelShare).toBe(MAX_PANEL_SHARE);
    expect(reduce(start(), { type: 'panelShare', share: -1 }).view.panelShare).toBe(MIN_PANEL_SHARE);
  });

  it('shows the columns that are not hidden, and no more than the grid can draw', () => {
    expect(visibleColumns(shard(1), { hidden: ['b'] }).map(({ name }) => name)).toEqual(['a', 'c']);
    const wide = shard(1, Array.from({ length: 3000 }, (_, i) => `c${i}`));
    expect(visibleColumns(wide, { hidden: [] })).toHaveLength(MAX_GRID_COLUMNS);
    expect(visibleColumns(wide, { hidden: ['c0'] })[0]?.name).toBe('c1');
  });

  it('tells one wish from the next', () => {
    const first = reduce(start(), { type: 'ask', box: 'find' });
    const second = reduce(first, { type: 'ask', box: 'find' });
    expect(second.ask?.token).toBe((first.ask?.token ?? 0) + 1);
  });
});

describe('selection', () => {
  it('grows from its anchor in both directions', () => {
    let state = reduce(start(), { type: 'extend', from: 10, row: 11 });
    state = reduce(state, { type: 'extend', from: 11, row: 12 });
    expect(selectedRange(state.selection!)).toEqual({ start: 10, end: 13 });
    for (const row of [11, 10, 9]) state = reduce(state, { type: 'extend', from: row + 1, row });
    expect(selectedRange(state.selection!)).toEqual({ start: 9, end: 11 });
  });

  it('starts anew where the focus had left it', () => {
    const state = reduce(reduce(start(), { type: 'select', selection: { anchor: 1, active: 5 } }), { type: 'extend', from: 50, row: 51 });
    expect(selectedRange(state.selection!)).toEqual({ start: 50, end: 52 });
  });

  it('tells the grid only of rows near the screen, however many are selected', () => {
    const all = { anchor: 0, active: 999_999_999 };
    expect(selectionNear(all, 500_000, 1000)).toEqual({ ranges: [{ start: 499_000, end: 501_000 }] });
    expect(selectionNear({ anchor: 3, active: 4 }, 500_000, 1000)).toEqual({ ranges: [] });
    expect(selectionNear(null, 0, 1000)).toEqual({ ranges: [] });
  });
});

describe('Store', () => {
  it('calls back at once with before and after, and only when something changed', () => {
    const store = new Store(start());
    const heard: number[] = [];
    const end = store.subscribe((state, before) => heard.push(state.view.topRow - before.view.topRow));
    store.dispatch({ type: 'topRow', row: 5 });
    store.dispatch({ type: 'topRow', row: 5 });
    end();
    store.dispatch({ type: 'topRow', row: 9 });
    expect(heard).toEqual([5]);
  });
});
