import type { Column, ShardState } from '../../extension/protocol/shards.ts';
import { EVERYTHING } from '../../extension/protocol/queries.ts';
import type { DocumentState, GalleryChoice, TableRow, ViewState } from '../../extension/protocol/webview.ts';
import { inOrder } from './grid/column-order.ts';
import type { CellEditing } from './editing/draft.ts';
import { extendSelection, type RowSelection } from './grid/selection.ts';
import { hasEnded, INITIAL_QUERY, isEverything, reduceQuery, type Filters, type QueryAction, type QueryState } from './query/query-state.ts';
import { NO_SEARCH, type Search } from './search/pattern.ts';

/** Columns that the grid draws at once: hightable draws every column of every row on screen, seen or not. */
export const MAX_GRID_COLUMNS = 100;

export type Panel = ViewState['panel'];

/** Rows that are compared, by their numbers in the table; the second one is still to be chosen where it is null. */
export interface ComparedRows {
  readonly first: number;
  readonly second: number | null;
}

/** Something that a component does once: the token tells one wish from the next. */
export interface Wish<T> {
  readonly token: number;
  readonly value: T;
}

/** Where the grid shall go; without `takeFocus` the keyboard stays where it is. */
export interface GridMove {
  readonly row: number;
  readonly column?: string;
  readonly takeFocus: boolean;
}

/** Boxes that take the keyboard when a command says so. */
export type AskBox = 'goToRow' | 'find' | 'panel' | 'search' | 'addFilter';

export interface AppState {
  readonly document: DocumentState;
  /** The shard as it was last open; the grid stays while the engine comes back. */
  readonly shard: ShardState | null;
  /** Counts openings: cells of another opening are not these cells. */
  readonly opening: number;
  readonly view: ViewState;
  readonly query: QueryState;
  /** What is looked for in the grid and in the row at the side. */
  readonly search: Search;
  readonly selection: RowSelection | null;
  readonly move: Wish<GridMove> | null;
  /** The box that shall get the keyboard. */
  readonly ask: Wish<AskBox> | null;
  /** A row that was sought and is not among those that are shown. */
  readonly outside: TableRow | null;
  /** Goes up when cells have other values than before. */
  readonly edits: number;
  /** The cell that is being edited. */
  readonly editing: CellEditing | null;
  /** Goes up when pictures that are not in the shard are to be asked for again. */
  readonly pictures: number;
  readonly compare: ComparedRows | null;
  /** What the live region says. */
  readonly announcement: Wish<string> | null;
}

export type Action =
  | QueryAction
  | { readonly type: 'document'; readonly document: DocumentState }
  | { readonly type: 'focus'; readonly row: number; readonly column: string }
  | { readonly type: 'topRow'; readonly row: number }
  | { readonly type: 'panel'; readonly panel: Panel }
  | { readonly type: 'panelShare'; readonly share: number }
  | { readonly type: 'toggleWrap' }
  | { readonly type: 'sql'; readonly sql: string }
  | { readonly type: 'edited' }
  | { readonly type: 'editing'; readonly editing: CellEditing | null }
  | { readonly type: 'pictures' }
  | { readonly type: 'toggleGallery' }
  | { readonly type: 'gallery'; readonly gallery: Partial<GalleryChoice> }
  | { readonly type: 'compare'; readonly rows: ComparedRows | null }
  | { readonly type: 'showAsPictures'; readonly column: string; readonly shown: boolean }
  | { readonly type: 'hidden'; readonly hidden: readonly string[] }
  | { readonly type: 'widths'; readonly widths: Readonly<Record<string, number>> }
  | { readonly type: 'order'; readonly order: readonly string[] }
  | { readonly type: 'roles'; readonly roles: ViewState['roles'] }
  | { readonly type: 'toggleCharts' }
  | { readonly type: 'search'; readonly search: Search }
  | { readonly type: 'select'; readonly selection: RowSelection | null }
  | { readonly type: 'extend'; readonly from: number; readonly row: number }
  | { readonly type: 'move'; readonly move: GridMove }
  | { readonly type: 'ask'; readonly box: AskBox }
  | { readonly type: 'outside'; readonly row: TableRow | null }
  | { readonly type: 'announce'; readonly text: string };

export const INITIAL_GALLERY: GalleryChoice = { size: 200 };

export const INITIAL_VIEW: ViewState = {
  widths: {},
  hidden: [],
  order: [],
  query: EVERYTHING,
  parked: [],
  charts: true,
  roles: [],
  topRow: 0,
  panel: 'none',
  panelShare: 0.36,
  wrap: true,
};

export const MIN_PANEL_SHARE = 0.15;
export const MAX_PANEL_SHARE = 0.8;

/** The state before the host has answered. @param past filters that can be gone back to */
export function initialState(document: DocumentState, view: ViewState, past: readonly Filters[] = []): AppState {
  const blank = { document, shard: null, opening: 0, view, query: { ...INITIAL_QUERY, past, restoring: !isEverything(view.query) }, search: NO_SEARCH, selection: null, move: null, ask: null, outside: null, edits: 0, editing: null, pictures: 0, compare: null, announcement: null };
  return reduce(blank, { type: 'document', document });
}

/** The state after an action; the same object where nothing changed. */
export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'document':
      return withDocument(state, action.document);
    case 'focus':
      return withFocus(state, action.row, action.column);
    case 'topRow':
      return action.row === state.view.topRow ? state : withView(state, { topRow: action.row });
    case 'panel':
      return action.panel === state.view.panel ? state : withView(state, { panel: action.panel });
    case 'panelShare':
      return withView(state, { panelShare: Math.min(MAX_PANEL_SHARE, Math.max(MIN_PANEL_SHARE, action.share)) });
    case 'toggleWrap':
      return withView(state, { wrap: !state.view.wrap });
    case 'sql':
      return withView(state, { sql: action.sql });
    case 'edited':
      return { ...state, edits: state.edits + 1 };
    case 'editing':
      return { ...state, editing: action.editing };
    case 'toggleGallery':
      return withView(state, { layout: state.view.layout === 'gallery' ? 'grid' : 'gallery' });
    case 'gallery':
      return withView(state, { gallery: { ...INITIAL_GALLERY, ...state.view.gallery, ...action.gallery } });
    case 'compare':
      // What was said about choosing a second row is done with when there is one.
      return { ...state, compare: action.rows, ...(action.rows === null || action.rows.second === null ? {} : { announcement: wish(state.announcement, '') }) };
    case 'pictures':
      return { ...state, pictures: state.pictures + 1 };
    case 'showAsPictures':
      return withView(state, { pictures: { ...state.view.pictures, [action.column]: action.shown } });
    case 'hidden':
      return withView(state, { hidden: action.hidden });
    case 'widths':
      return withView(state, { widths: action.widths });
    case 'order':
      return withView(state, { order: action.order });
    case 'roles':
      return withView(state, { roles: action.roles });
    case 'toggleCharts':
      return withView(state, { charts: !state.view.charts });
    case 'search':
      return { ...state, search: action.search };
    case 'select':
      return { ...state, selection: action.selection };
    case 'extend':
      return { ...state, selection: extendSelection(state.selection, action.from, action.row) };
    case 'move':
      return { ...state, move: wish(state.move, action.move) };
    case 'ask':
      return { ...state, ask: wish(state.ask, action.box) };
    case 'outside':
      return action.row === state.outside ? state : { ...state, outside: action.row };
    case 'announce':
      return { ...state, announcement: wish(state.announcement, action.text) };
    case 'shown':
      return { ...reduceQuery(state, action), selection: null, outside: null, editing: null };
    default:
      return reduceQuery(state, action);
  }
}

/** Rows that the grid shows, as far as they are known. */
export function shownRows({ query, shard }: Pick<AppState, 'query' | 'shard'>): number {
  return query.shown?.rows ?? shard?.rows ?? 0;
}

/** Whether no more rows will come. */
export function rowsComplete({ query, shard }: Pick<AppState, 'query' | 'shard'>): boolean {
  return query.shown === null ? (shard?.rowsComplete ?? false) : hasEnded(query.shown);
}

/** What a view says about its columns. */
type ColumnChoice = Pick<ViewState, 'hidden'> & Partial<Pick<ViewState, 'order'>>;

/** Columns that are not hidden, as many as the grid draws, in the order of the view. */
export function visibleColumns(shard: ShardState, view: ColumnChoice): readonly Column[] {
  return shownColumns(shard, view).slice(0, MAX_GRID_COLUMNS);
}

/** Columns that are not hidden, in the order of the view. */
export function shownColumns(shard: ShardState, view: ColumnChoice): readonly Column[] {
  const hidden = new Set(view.hidden);
  const shown = hidden.size === 0 ? shard.columns : shard.columns.filter((column) => !hidden.has(column.name));
  return inOrder(shown, view.order ?? []);
}

function withDocument(state: AppState, document: DocumentState): AppState {
  if (document.status !== 'open') return { ...state, document, shard: document.status === 'failed' ? null : state.shard };
  const again = state.document.status !== 'open' || state.shard === null;
  const next = { ...state, document, shard: document.shard, opening: again ? state.opening + 1 : state.opening };
  return again && state.opening > 0 ? { ...next, selection: null, compare: null } : next;
}

function withFocus(state: AppState, row: number, column: string): AppState {
  const before = state.view.focus;
  if (before?.row === row && before.column === column) return state;
  return withView(state, { focus: { row, column } });
}

function withView(state: AppState, change: Partial<ViewState>): AppState {
  return { ...state, view: { ...state.view, ...change } };
}

function wish<T>(before: Wish<T> | null, value: T): Wish<T> {
  return { token: (before?.token ?? 0) + 1, value };
}
