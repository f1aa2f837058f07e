import { createContext, useContext } from 'react';
import type { ReadyAnswer, ViewState } from '../../extension/protocol/webview.ts';
import { toLoupeError } from '../../extension/rpc/failure.ts';
import type { Host } from '../host.ts';
import type { VsCodeApi } from '../rpc.ts';
import { PageCache } from './grid/page-cache.ts';
import { Thumbnails } from './grid/thumbnails.ts';
import { chosenWidths, defaultWidth, WidthStorage } from './grid/widths.ts';
import { INITIAL_VIEW, initialState, visibleColumns, type AppState } from './state.ts';
import { Store } from './store.ts';

/** CSS pixels; the engine is asked for as many device pixels as the screen shows. */
const THUMBNAIL_HEIGHT = 26;

/** How long a view may change before the host hears of it, in milliseconds. */
const STATE_DELAY = 250;

/** What all components of one webview share. */
export interface Session {
  readonly host: Host;
  readonly store: Store;
  readonly cache: PageCache;
  readonly thumbnails: Thumbnails;
}

const SessionContext = createContext<Session | null>(null);

export const SessionProvider = SessionContext.Provider;

/** The session of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session above this component.');
  return session;
}

/** Wires everything that lives outside of components. */
export function startSession(api: VsCodeApi, host: Host, ready: ReadyAnswer): Session {
  const view = { ...INITIAL_VIEW, ...newer(api.getState(), ready.view) };
  const store = new Store(initialState(ready.document, view));
  const cache = new PageCache((page, signal) => host.request('view/page', page, signal));
  const thumbnails = new Thumbnails(
    (place, signal) => host.request('view/thumbnail', { ...place, height: Math.ceil(THUMBNAIL_HEIGHT * window.devicePixelRatio) }, signal),
    URL,
  );
  const session: Session = { host, store, cache, thumbnails };
  cache.grow(store.state.shard?.rows ?? 0);
  if (ready.page !== undefined) cache.prime(ready.page);
  followDocument(session);
  keepView(session, api);
  keepWidths(store);
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

function followDocument({ host, store, cache, thumbnails }: Session): void {
  host.listen('document/changed', (document) => store.dispatch({ type: 'document', document }));
  store.subscribe((state, before) => {
    if (state.document === before.document) return;
    cache.grow(state.shard?.rows ?? 0);
    if (state.document.status !== 'open') return;
    if (state.opening !== before.opening) {
      cache.clear();
      thumbnails.clear();
    } else {
      cache.resume();
      thumbnails.resume();
    }
  });
}

function keepView({ host, store }: Session, api: VsCodeApi): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe((state, before) => {
    if (state.view === before.view) return;
    const remembered = { ...state.view, savedAt: Date.now() };
    api.setState(remembered);
    clearTimeout(timer);
    timer = setTimeout(() => host.notify('view/state', remembered), STATE_DELAY);
    if (state.view.focus !== before.view.focus) tellContext(host, state.view);
  });
  tellContext(host, store.state.view);
}

function tellContext(host: Host, view: ViewState): void {
  host.notify('view/context', { row: view.focus?.row ?? null, column: view.focus?.column ?? null });
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
