import { describe, expect, it } from 'vitest';
import { EVERYTHING, type Condition, type Query } from '../../../extension/protocol/queries.ts';
import { hasEnded, withConditions, withFilter } from '../../../webview/shards/query/query-state.ts';
import { INITIAL_VIEW, initialState, reduce, rowsComplete, type AppState } from '../../../webview/shards/state.ts';

const condition = (min: string): Condition => ({ type: 'range', column: ['a'], min });
const query = (...mins: string[]): Query => ({ conditions: mins.map(condition), sort: [] });
const start = (): AppState => initialState({ status: 'opening', name: 'x' }, INITIAL_VIEW);
const filter = (state: AppState, next: Query): AppState => reduce(state, { type: 'filters', filters: { query: next, parked: [] } });

describe('filters', () => {
  it('go back and forward, and a new one ends what was ahead', () => {
    let state = filter(filter(start(), query('1')), query('2'));
    state = reduce(state, { type: 'undoFilters' });
    expect(state.view.query).toEqual(query('1'));
    state = reduce(state, { type: 'undoFilters' });
    expect(state.view.query).toEqual(EVERYTHING);
    expect(reduce(state, { type: 'undoFilters' })).toBe(state);
    state = reduce(state, { type: 'redoFilters' });
    expect(state.view.query).toEqual(query('1'));
    state = filter(state, query('3'));
    expect(reduce(state, { type: 'redoFilters' })).toBe(state);
    expect(reduce(state, { type: 'undoFilters' }).view.query).toEqual(query('1'));
  });

  it('that change nothing are no step', () => {
    const state = filter(start(), query('1'));
    expect(filter(state, query('1'))).toBe(state);
  });

  it('replace the range of their column and leave what is switched off where it is', () => {
    const view = { ...INITIAL_VIEW, query: query('1'), parked: [{ index: 1, condition: condition('9') }] };
    expect(withFilter(view, condition('2'))).toEqual({ query: query('2'), parked: view.parked });
    expect(withConditions(view, [])).toEqual({ query: EVERYTHING, parked: [{ index: 0, condition: condition('9') }] });
  });

  it('forget the selection when other rows are shown', () => {
    let state = reduce(start(), { type: 'select', selection: { anchor: 1, active: 3 } });
    state = reduce(state, { type: 'shown', shown: null, row: 0, topRow: 0 });
    expect(state.selection).toBeNull();
  });

  it('remembered by a reload wait for their rows, however they change meanwhile', () => {
    let state = initialState({ status: 'opening', name: 'x' }, { ...INITIAL_VIEW, query: query('1') });
    expect(state.query.restoring).toBe(true);
    state = filter(state, query('2'));
    expect(state.query.restoring).toBe(true);
    expect(reduce(state, { type: 'cancelled' }).query.restoring).toBe(false);
    expect(reduce(state, { type: 'refused', query: query('2'), error: { code: 'internal', message: 'No.' } }).query.restoring).toBe(false);
    expect(filter(start(), query('2')).query.restoring).toBe(false);
  });
});

describe('a result', () => {
  const shown = { result: 1, query: query('1'), rows: 10, complete: false, scanned: 20 };
  const growing = reduce(start(), { type: 'shown', shown, row: 0, topRow: 0 });

  it('is waited for while it grows, and no longer when it came to grief', () => {
    expect(rowsComplete(growing)).toBe(false);
    const error = { code: 'malformed', message: 'The shard is gone.' } as const;
    const broken = reduce(growing, { type: 'grown', state: { result: 1, rows: 30, complete: false, scanned: 60, error } });
    expect(broken.query.shown).toMatchObject({ rows: 30, complete: false, error });
    expect(hasEnded(broken.query.shown!)).toBe(true);
    expect(rowsComplete(broken)).toBe(true);
  });
});
