import type { SqlResult } from '../../../extension/protocol/queries.ts';
import type { Progress } from '../../../extension/protocol/shards.ts';
import { toLoupeError, type LoupeError } from '../../../extension/rpc/failure.ts';
import type { Host } from '../../host.ts';
import { ResultPages } from './result-pages.ts';

/** What the console knows of the statement that was run last. */
export interface RunState {
  readonly running: boolean;
  /** The work that the running statement waits for. */
  readonly progress: Progress | null;
  readonly statement: string;
  readonly error: LoupeError | null;
  /** Of the statement before, while the next one runs. */
  readonly answer: { readonly result: SqlResult; readonly pages: ResultPages } | null;
}

/** Runs one statement at a time; what it found stays while other side views are shown. */
export class SqlRunner {
  readonly #host: Host;
  readonly #listeners = new Set<() => void>();
  #state: RunState = { running: false, progress: null, statement: '', error: null, answer: null };
  #running: AbortController | null = null;
  #history: readonly string[] = [];
  /** The name of the running statement. */
  #run = '';

  constructor(host: Host) {
    this.#host = host;
    host.listen('document/sqlProgress', ({ run, progress }) => {
      if (this.#state.running && run === this.#run) this.#set({ ...this.#state, progress });
    });
    // Without it there is just nothing to go back to.
    void host.request('view/sqlHistory', {}).then(
      ({ statements }) => (this.#history = statements),
      () => undefined,
    );
  }

  readonly state = (): RunState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Statements that were run, the newest first. */
  readonly history = (): readonly string[] => this.#history;

  /** Runs a statement instead of the one that is running. Never rejects. */
  async run(statement: string): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#history = [statement.trim(), ...this.#history.filter((each) => each !== statement.trim())];
    // Another editor on the same file hears of it too.
    this.#run = crypto.randomUUID();
    this.#set({ ...this.#state, running: true, progress: null, statement, error: null });
    try {
      const result = await this.#host.request('view/sql', { sql: statement, run: this.#run }, controller.signal);
      if (this.#running === controller) this.#take(statement, result);
      else this.#close(result);
    } catch (thrown) {
      if (this.#running !== controller) return;
      const error = toLoupeError(thrown);
      this.#running = null;
      this.#set({ ...this.#state, running: false, progress: null, error: error.code === 'cancelled' ? null : error });
    }
  }

  cancel(): void {
    this.#running?.abort();
  }

  #take(statement: string, result: SqlResult): void {
    this.#running = null;
    const before = this.#state.answer;
    const { sqlResult } = result;
    const pages: ResultPages = new ResultPages(
      result.rows,
      (start, end, signal) => this.#host.request('view/sqlPage', { sqlResult, start, end }, signal),
      (error) => {
        if (this.#state.answer?.pages === pages) this.#set({ ...this.#state, error: toLoupeError(error) });
      },
    );
    this.#set({ running: false, progress: null, statement, error: null, answer: { result, pages } });
    before?.pages.close();
    if (before !== null) this.#close(before.result);
  }

  #close({ sqlResult }: SqlResult): void {
    this.#host.request('view/sqlClose', { sqlResult }).catch(() => undefined);
  }

  #set(state: RunState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

const runners = new WeakMap<Host, SqlRunner>();

/** The runner of a page; made when its console is first shown. */
export function runnerOf(host: Host): SqlRunner {
  const runner = runners.get(host) ?? new SqlRunner(host);
  runners.set(host, runner);
  return runner;
}
