import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';

/** Rows of a result as JavaScript values. */
export type DirectRows = readonly (readonly unknown[])[];

type Told = { readonly ms: number; readonly results: readonly DirectRows[] } | { readonly error: string };

/** DuckDB without Loupe, kept warm in a process of its own, with as much memory and as many threads. */
export class DirectDuckdb {
  readonly #child: ChildProcess;

  /** @param database a file, for tables that shall be on disk as Loupe's are */
  constructor(database?: string) {
    const args = database === undefined ? [] : [database];
    this.#child = fork(join(import.meta.dirname, 'duckdb-child.ts'), args, { serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning'] });
  }

  /** Runs statements one after the other. @throws what DuckDB says */
  async ask(statements: readonly string[]): Promise<{ readonly ms: number; readonly results: readonly DirectRows[] }> {
    const told = await new Promise<Told>((answer) => {
      this.#child.once('message', (message) => answer(message as Told));
      this.#child.send(statements);
    });
    if ('error' in told) throw new Error(`DuckDB: ${told.error}`);
    return told;
  }

  /** Rows `[start, start + count)` of a Parquet file. @returns milliseconds */
  async rows(path: string, start: number, count: number): Promise<number> {
    return (await this.ask([`SELECT * FROM read_parquet(${quoteText(path)}) LIMIT ${count} OFFSET ${start}`])).ms;
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.#child.once('exit', done));
    this.#child.kill();
    await gone;
  }
}
