import { createContext, useContext } from 'react';
import { EVERYTHING } from '../../extension/protocol/queries.ts';
import type { DocumentState, HostRequests, ReadyAnswer, ViewState } from '../../extension/protocol/webview.ts';
import { toLoupeError } from '../../extension/rpc/failure.ts';
import type { Host } from '../host.ts';
import type { VsCodeApi } from '../rpc.ts';
import { strings } from '../strings.ts';
import { Pages } from './grid/pages.ts';
import { Thumbnails } from './grid/thumbnails.ts';
import { chosenWidths, defaultWidth, WidthStorage } from './grid/widths.ts';
import { InsideColumns } from './inside-columns.ts';
import { UnaskedHosts } from './pictures/unasked-hosts.ts';
import { QueryRunner } from './query/query-runner.ts';
import { isEverything } from './query/query-state.ts';
import { RowSeeker } from './row-seeker.ts';
import { INITIAL_VIEW, initialState, shownRows, visibleColumns, type AppState } from './state.ts';
import { Scores } from './statistics/scores.ts';
import { Summaries } from './statistics/summaries.ts';
import { summaryTarget } from './statistics/summary-plan.ts';
import { Store } from './store.ts';
import { Versions } from './versions/versions.ts';

/** How long a view may change before the host hears of it, in milliseconds. */
const STATE_DELAY = 250;

/** What all components of one webview share. */
export interface Session {
  readonly host: Host;
  readonly store: Store;
  readonly pages: Pages;
  readonly inside: InsideColumns;
  readonly runner: QueryRunner;
  readonly seeker: RowSeeker;
  readonly summaries: Summaries;
  readonly scores: Scores;
  readonly thumbnails: Thumbnails;
  readonly unasked: UnaskedHosts;
  readonly versions: Versions;
}

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

/** The session of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session above this component.');
  return session;
}

/** What a person waits for, so that counting in the background makes way for it. */
const URGENT: ReadonlySet<string> = new Set<keyof HostRequests>(['view/query', 'view/count', 'view/nextMatch', 'view/joint', 'view/preset', 'view/row', 'view/copy']);

/** The host, told from what is counted in the background. */
function urgentFirst(host: Host, summaries: Summaries): Host {
  return {
    ...host,
    request: async (method, params, signal) => {
      const release = URGENT.has(method) ? summaries.hold() : null;
      try {
        return await host.request(method, params, signal);
      } finally {
        release?.();
      }
    },
  };
}

/** Wires everything that lives outside of components. */
export function startSession(api: VsCodeApi, connected: Host, ready: ReadyAnswer): Session {
  const summaries = new Summaries((params, signal) => connected.request('view/summary', params, signal));
  const host = urgentFirst(connected, summaries);
  const left = { ...INITIAL_VIEW, ...newer(api.getState(), ready.view) };
  const cleared = ready.reveal !== undefined && !isEverything(left.query);
  const store = new Store(initialState(ready.document, beginning(left, ready), cleared ? [{ query: left.query, parked: left.parked }] : []));
  const inside = new InsideColumns();
  const pages = new Pages(({ columns, ...rows }, result, signal) => host.request('view/page', { ...rows, ...inside.requested(columns, store.state.shard?.columns ?? []), ...(result === null ? {} : { result }) }, signal));
  const runner = new QueryRunner(connected, store, pages, () => summaries.hold());
  const scores = new Scores((corrections, signal) => host.request('view/scores', { corrections }, signal));
  const unasked = new UnaskedHosts();
  const thumbnails = new Thumbnails(async (place, signal) => {
    // As many pixels as the screen shows.
    const picture = await host.request('view/thumbnail', { ...place, height: Math.ceil(place.height * window.devicePixelRatio) }, signal);
    if (picture.status === 'unasked') unasked.add(picture.host);
    return picture;
  }, URL);
  const versions = new Versions(host, store);
  const seeker = new RowSeeker(host, store, pages);
  const session: Session = { host, store, pages, inside, runner, seeker, summaries, scores, thumbnails, unasked, versions };
  pages.growTable(store.state.shard?.rows ?? 0);
  if (ready.page !== undefined) pages.prime(ready.page);
  followDocument(session);
  followEdits(session);
  followPictures(session);
  followSummaries(session);
  keepView(session, api);
  keepWidths(store);
  runner.start();
  versions.start();
  if (cleared) store.dispatch({ type: 'announce', text: strings.filters.clearedForRow });
  if (ready.reveal !== undefined && !isKnown(ready.reveal.row, ready.document)) void seeker.go(ready.reveal);
  return session;
}

/**
 * VS Code writes a webview's own state down now and then, the host's at once: after a reload the host knows better,
 * when a hidden view comes back the webview does.
 */
function newer(own: ViewState | undefined, hosts: ViewState | undefined): ViewState | undefined {
  if (own === undefined || hosts === undefined) return own ?? hosts;
  return (hosts.savedAt ?? 0) > (own.savedAt ?? 0) ? hosts : own;
}

/** Where the host wants the view to begin: at a row of the whole table. One that is not read yet is gone to later. */
function beginning(view: ViewState, { reveal, document }: ReadyAnswer): ViewState {
  if (reveal === undefined) return view;
  const whole = { ...view, query: EVERYTHING };
  if (!isKnown(reveal.row, document)) return whole;
  return { ...whole, topRow: reveal.row, focus: { row: reveal.row, column: reveal.column ?? view.focus?.column ?? '' } };
}

function isKnown(row: number, document: DocumentState): boolean {
  return document.status === 'open' && row < document.shard.rows;
}

function followDocument({ host, store, pages, thumbnails, unasked, seeker }: Session): void {
  host.listen('document/changed', (document) => store.dispatch({ type: 'document', document }));
  host.listen('document/reveal', (place) => void seeker.go(place));
  store.subscribe((state, before) => {
    if (state.document === before.document) return;
    pages.growTable(state.shard?.rows ?? 0);
    if (state.document.status !== 'open') return;
    if (state.opening !== before.opening) {
      pages.restart();
      // What is there now may have no pictures elsewhere.
      unasked.clear();
      thumbnails.clear();
    } else {
      pages.resume();
      thumbnails.resume();
    }
  });
}

/** Cells have other values than before: what is drawn stays until they are there. */
function followEdits({ host, store, pages }: Session): void {
  host.listen('document/edited', () => {
    pages.refresh();
    store.dispatch({ type: 'edited' });
  });
}

/** Other pictures may be fetched than before. */
function followPictures({ host, store, thumbnails, unasked }: Session): void {
  host.listen('document/pictures', () => {
    unasked.clear();
    thumbnails.clear();
    store.dispatch({ type: 'pictures' });
  });
}

/** Statistics are of what is shown, and wait for the rows that the user wants to see first. */
function followSummaries({ store, pages, summaries, scores }: Session): void {
  const tell = (): void => {
    const { state } = store;
    // Before the first rows are there, everything else would only hold them up.
    const blocked = pages.current.busy || pages.viewport.end === 0;
    summaries.follow(summaryTarget(state), blocked);
    if (!blocked && state.document.status === 'open') scores.follow(scoresKey(state), state.view.roles);
  };
  store.subscribe(tell);
  pages.subscribe(tell);
  tell();
}

/** Roles are recognised by the names and types of the columns. */
function scoresKey({ opening, shard, view }: AppState): string {
  return JSON.stringify([opening, shard?.columns.length ?? 0, view.roles]);
}

function keepView({ host, store, pages }: Session, api: VsCodeApi): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: number | null = null;
  const tellContext = (): void => {
    const { view, query } = store.state;
    const { focus } = view;
    // Before the filter's rows are there, a place in them is no row of the table.
    told = query.restoring || focus === undefined || focus.row >= shownRows(store.state) ? null : (pages.rowNumber(focus.row) ?? null);
    host.notify('view/context', { row: told, column: focus?.column ?? null });
  };
  store.subscribe((state, before) => {
    if (state.view.focus !== before.view.focus || state.query.shown !== before.query.shown) tellContext();
    if (state.view === before.view) return;
    const remembered = { ...state.view, savedAt: Date.now() };
    api.setState(remembered);
    clearTimeout(timer);
    timer = setTimeout(() => host.notify('view/state', remembered), STATE_DELAY);
  });
  // The number in the table of a filtered row is known when its page is there.
  pages.subscribe(() => {
    if (told === null && store.state.view.focus !== undefined) tellContext();
  });
  tellContext();
}

function keepWidths(store: Store): void {
  const columns = (state: AppState): ReturnType<typeof visibleColumns> => (state.shard === null ? [] : visibleColumns(state.shard, state.view));
  const storage = new WidthStorage(
    () => columns(store.state).map((column) => store.state.view.widths[column.name] ?? defaultWidth(column)),
    (widths) => {
      const chosen = chosenWidths(columns(store.state), widths, store.state.view.widths);
      if (JSON.stringify(chosen) !== JSON.stringify(store.state.view.widths)) store.dispatch({ type: 'widths', widths: chosen });
    },
  );
  Object.defineProperty(window, 'localStorage', { value: storage, configurable: true });
}

/** Tells the user why something did not work, in the live region. */
export function announceFailure(store: Store, error: unknown): void {
  const failure = toLoupeError(error);
  if (failure.code !== 'cancelled') store.dispatch({ type: 'announce', text: failure.message });
}
