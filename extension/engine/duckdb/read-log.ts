import type { DuckDBConnection } from '@duckdb/node-api';

/** Entries above which the log is emptied; what they said is kept as sums. */
const MAX_ENTRIES = 2_000;

const SUMS = `SELECT path, sum(bytes)::DOUBLE, count(*)::INTEGER FROM duckdb_logs_parsed('FileSystem')
  WHERE op = 'READ' GROUP BY path`;

/**
 * DuckDB's file-system log as a counter of bytes read by path. The log is summed when somebody asks, not
 * after each query: a sum costs a few milliseconds, which no page should wait for.
 */
export class ReadLog {
  readonly #connection: DuckDBConnection;
  /** Sums of the entries that were emptied. */
  readonly #base = new Map<string, number>();
  #sums = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async start(connection: DuckDBConnection): Promise<ReadLog> {
    await connection.run("CALL enable_logging('FileSystem')");
    return new ReadLog(connection);
  }

  /** Bytes read of `path` so far; as of the last success when DuckDB cannot tell. */
  async bytes(path: string): Promise<number> {
    this.#turn = this.#turn.then(() => this.#sum()).catch(() => undefined);
    await this.#turn;
    return (this.#base.get(path) ?? 0) + (this.#sums.get(path) ?? 0);
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #sum(): Promise<void> {
    const reader = await this.#connection.runAndReadAll(SUMS);
    const sums = new Map<string, number>();
    let entries = 0;
    for (const [path, bytes, count] of reader.getRows()) {
      sums.set(String(path), Number(bytes));
      entries += Number(count);
    }
    this.#sums = sums;
    if (entries > MAX_ENTRIES) await this.#empty();
  }

  async #empty(): Promise<void> {
    await this.#connection.run('CALL truncate_duckdb_logs()');
    for (const [path, bytes] of this.#sums) this.#base.set(path, (this.#base.get(path) ?? 0) + bytes);
    this.#sums = new Map();
  }
}
