import type { Page, ShardState } from '../protocol/shards.ts';
import { BLOCK_ROWS, type ViewState } from '../protocol/webview.ts';
import type { ShardSession } from './shard-session.ts';

/** As many columns as a wide window shows. */
const MAX_COLUMNS = 10;

/** How long a webview that is ready waits for a page that is nearly there, in milliseconds. */
const PATIENCE = 50;

/** What of a view decides where it begins. */
type Beginning = Pick<ViewState, 'hidden' | 'topRow'> & Partial<Pick<ViewState, 'query'>>;

/** The rows that a webview shows first, read while it still loads. */
export class FirstPage {
  readonly #stop = new AbortController();
  readonly #page: Promise<Page | null>;

  constructor(session: ShardSession, view: Beginning = { hidden: [], topRow: 0 }) {
    // Why it cannot be read is told when the webview asks for the same rows.
    this.#page = read(session, view, this.#stop.signal).catch(() => null);
  }

  /** The page; null where there is none within a moment, and then it is not read on. */
  async take(): Promise<Page | null> {
    const timer = setTimeout(() => this.drop(), PATIENCE);
    const page = await this.#page;
    clearTimeout(timer);
    return page;
  }

  drop(): void {
    this.#stop.abort();
  }
}

async function read(session: ShardSession, view: Beginning, signal: AbortSignal): Promise<Page | null> {
  const shard = await opened(session, signal);
  if (shard === null || isFiltered(view)) return null;
  const page = await session.request('shard/page', firstRows(shard, view), signal);
  return page.rowCount === 0 ? null : page;
}

/** Whether places of the view are places among rows that only a query finds. */
function isFiltered({ query }: Beginning): boolean {
  return query !== undefined && query.conditions.length + query.sort.length > 0;
}

/** The block in which the view begins; the first one where the rows do not reach there yet. */
function firstRows(shard: ShardState, { hidden, topRow }: Beginning): { start: number; end: number; columns: number[] } {
  const start = topRow < shard.rows ? Math.floor(topRow / BLOCK_ROWS) * BLOCK_ROWS : 0;
  const names = new Set(hidden);
  const shown = shard.columns.filter(({ name }) => !names.has(name)).slice(0, MAX_COLUMNS);
  return { start, end: Math.min(start + BLOCK_ROWS, shard.rows), columns: shown.map(({ index }) => index) };
}

/** The shard when it is open; null when it does not open, or nobody waits any more. */
function opened(session: ShardSession, signal: AbortSignal): Promise<ShardState | null> {
  return new Promise((resolve) => {
    const end = (shard: ShardState | null): void => {
      subscription.dispose();
      signal.removeEventListener('abort', giveUp);
      resolve(shard);
    };
    const giveUp = (): void => end(null);
    const look = (): void => {
      const { state } = session;
      if (state.status !== 'opening') end(state.status === 'open' ? state.shard : null);
    };
    const subscription = session.onChanged(look);
    signal.addEventListener('abort', giveUp);
    look();
  });
}
