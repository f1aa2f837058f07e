import type { ErrorData } from '../../../extension/protocol/errors.ts';
import { EVERYTHING, type Condition, type Query, type ResultId, type ResultState } from '../../../extension/protocol/queries.ts';
import type { Progress } from '../../../extension/protocol/shards.ts';
import type { ParkedCondition, ViewState } from '../../../extension/protocol/webview.ts';
import { withCondition } from '../filters/conditions.ts';

/** Filters that can be gone back to. */
const MAX_STEPS = 100;

/** What the user filters and sorts by, with what is switched off. */
export type Filters = Pick<ViewState, 'query' | 'parked'>;

/** A query's result that the grid shows. */
export interface ShownResult {
  readonly result: ResultId;
  readonly query: Query;
  readonly rows: number;
  readonly complete: boolean;
  readonly scanned: number;
  /** Work that is done before rows can be found. */
  readonly progress?: Progress;
  readonly error?: ErrorData;
}

/** Whether no more rows of a result will come: all are there, or its query came to grief on the way. */
export function hasEnded({ complete, error }: ShownResult): boolean {
  return complete || error !== undefined;
}

/** How the rows that are shown come about. */
export interface QueryState {
  /** Null: every row of the table is shown, in its order. */
  readonly shown: ShownResult | null;
  /** Counts changes of what is shown: places of one are not places of another. */
  readonly shownCount: number;
  /** Places of the view are places in a result that is not there yet: after a reload with a filter. */
  readonly restoring: boolean;
  /** The query that is under way; the rows of the one before stay. */
  readonly asking: Query | null;
  /** Why the present query shows nothing. */
  readonly refusal: { readonly query: Query; readonly error: ErrorData } | null;
  readonly past: readonly Filters[];
  readonly future: readonly Filters[];
}

export const INITIAL_QUERY: QueryState = { shown: null, shownCount: 0, restoring: false, asking: null, refusal: null, past: [], future: [] };

export type QueryAction =
  /** The user wants other rows or another order. */
  | { readonly type: 'filters'; readonly filters: Filters }
  | { readonly type: 'undoFilters' }
  | { readonly type: 'redoFilters' }
  | { readonly type: 'asking'; readonly query: Query }
  /** A result takes the place of what was shown. */
  | { readonly type: 'shown'; readonly shown: ShownResult | null; readonly row: number; readonly topRow: number }
  | { readonly type: 'grown'; readonly state: ResultState }
  | { readonly type: 'refused'; readonly query: Query; readonly error: ErrorData }
  /** The query under way is given up; the one of the rows that are shown is the present one again. */
  | { readonly type: 'cancelled' };

export function isEverything(query: Query): boolean {
  return query.conditions.length === 0 && query.sort.length === 0;
}

export function sameQuery(a: Query, b: Query): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

interface Holder {
  readonly query: QueryState;
  readonly view: ViewState;
}

/** Query and view after an action. */
export function reduceQuery<S extends Holder>(state: S, action: QueryAction): S {
  const { query } = state;
  switch (action.type) {
    case 'filters':
      return changeFilters(state, action.filters);
    case 'undoFilters':
      return stepFilters(state, 'past', 'future');
    case 'redoFilters':
      return stepFilters(state, 'future', 'past');
    case 'asking':
      return { ...state, query: { ...query, asking: action.query, refusal: null } };
    case 'shown':
      return withShown(state, action);
    case 'grown':
      return withGrowth(state, action.state);
    case 'refused':
      return { ...state, query: { ...query, restoring: false, asking: null, refusal: { query: action.query, error: action.error } } };
    case 'cancelled':
      return { ...state, view: { ...state.view, query: query.shown?.query ?? EVERYTHING }, query: { ...query, restoring: false, asking: null } };
  }
}

/** The filters with one more condition, in the place of the one that it replaces. */
export function withFilter(view: ViewState, condition: Condition): Filters {
  return withConditions(view, withCondition(view.query.conditions, condition));
}

/** The filters with other conditions; what is switched off stays so, where there is still a place for it. */
export function withConditions({ query, parked }: Filters, conditions: readonly Condition[]): Filters {
  const room = conditions.length + parked.length;
  const kept = parked.map(({ index, condition }): ParkedCondition => ({ index: Math.min(index, room - 1), condition }));
  return { query: { ...query, conditions }, parked: kept };
}

function changeFilters<S extends Holder>(state: S, { query, parked }: Filters): S {
  const before: Filters = { query: state.view.query, parked: state.view.parked };
  if (sameQuery(before.query, query) && JSON.stringify(before.parked) === JSON.stringify(parked)) return state;
  const past = [...state.query.past, before].slice(-MAX_STEPS);
  return { ...state, view: { ...state.view, query, parked }, query: { ...state.query, past, future: [] } };
}

function stepFilters<S extends Holder>(state: S, from: 'past' | 'future', to: 'past' | 'future'): S {
  const target = state.query[from].at(-1);
  if (target === undefined) return state;
  const now: Filters = { query: state.view.query, parked: state.view.parked };
  const query = { ...state.query, [from]: state.query[from].slice(0, -1), [to]: [...state.query[to], now] };
  return { ...state, view: { ...state.view, ...target }, query };
}

function withShown<S extends Holder>(state: S, { shown, row, topRow }: Extract<QueryAction, { type: 'shown' }>): S {
  const { focus } = state.view;
  const view = { ...state.view, topRow, ...(focus === undefined ? {} : { focus: { ...focus, row } }) };
  return { ...state, view, query: { ...state.query, shown, shownCount: state.query.shownCount + 1, restoring: false, asking: null, refusal: null } };
}

function withGrowth<S extends Holder>(state: S, { result, rows, complete, scanned, progress, error }: ResultState): S {
  const { shown } = state.query;
  if (shown?.result !== result || shown.complete) return state;
  const { query } = shown;
  const known = { ...(progress === undefined ? {} : { progress }), ...(error === undefined ? {} : { error }) };
  const grown: ShownResult = { result, query, rows: Math.max(rows, shown.rows), complete, scanned, ...known };
  return { ...state, query: { ...state.query, shown: grown } };
}
