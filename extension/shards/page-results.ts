import type { ShardParams } from '../engine-client/shard-handle.ts';
import type { ResultId, ResultState } from '../protocol/queries.ts';
import type { ShardSession } from './shard-session.ts';

/**
 * The results of the queries that one page asked for. VS Code throws a hidden page away, which closes nothing itself:
 * what it left open is closed here, else the engine would keep the rows of every filter for each time it was shown.
 */
export class PageResults {
  readonly #session: ShardSession;
  readonly #gone: AbortSignal;
  readonly #open = new Set<ResultId>();

  /** @param gone fires when the page is no more */
  constructor(session: ShardSession, gone: AbortSignal) {
    this.#session = session;
    this.#gone = gone;
    // Another engine, or another opening, gives the same numbers to other results.
    const subscription = session.onChanged(() => {
      if (session.state.status !== 'open') this.#open.clear();
    });
    gone.addEventListener('abort', () => {
      subscription.dispose();
      for (const result of this.#open) this.#closeLeft(result);
    }, { once: true });
  }

  async query(params: ShardParams<'shard/query'>, signal: AbortSignal): Promise<ResultState> {
    const state = await this.#session.request('shard/query', params, signal);
    if (this.#gone.aborted) this.#closeLeft(state.result);
    else this.#open.add(state.result);
    return state;
  }

  async close(params: ShardParams<'shard/closeResult'>, signal: AbortSignal): Promise<null> {
    this.#open.delete(params.result);
    return this.#session.request('shard/closeResult', params, signal);
  }

  #closeLeft(result: ResultId): void {
    this.#session.request('shard/closeResult', { result }).catch(() => undefined);
  }
}
