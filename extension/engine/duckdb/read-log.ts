import type { DuckDBConnection } from '@duckdb/node-api';

/** Entries above which the log is emptied; what they said is kept as sums. */
const MAX_ENTRIES = 2_000;

const SUMS = `SELECT path, sum(bytes) FILTER (op = 'READ')::DOUBLE, count(*)::INTEGER
  FROM duckdb_logs_parsed('FileSystem') GROUP BY path`;

/**
 * DuckDB's file-system log as a counter of bytes read by path. The log is summed when somebody asks, not
 * after each query: a sum costs a few milliseconds, which no page should wait for.
 */
export class ReadLog {
  readonly #connection: DuckDBConnection;
  /** Sums of the entries that were emptied. */
  readonly #base: Map<string, number>;
  #sums = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();
  #active = 0;
  #emptying: Promise<void> | null = null;

  private constructor(connection: DuckDBConnection, earlier: ReadonlyMap<string, number>) {
    this.#connection = connection;
    this.#base = new Map(earlier);
  }

  /** `earlier`: what was read before this log began. */
  static async start(connection: DuckDBConnection, earlier: ReadonlyMap<string, number>): Promise<ReadLog> {
    await connection.run("CALL enable_logging('FileSystem')");
    return new ReadLog(connection, earlier);
  }

  /** Bytes by path as of the last sum. */
  totals(): ReadonlyMap<string, number> {
    const totals = new Map(this.#base);
    for (const [path, bytes] of this.#sums) totals.set(path, (totals.get(path) ?? 0) + bytes);
    return totals;
  }

  /** Runs a query whose reads are to be counted. The log is emptied only between queries, so that none is lost. */
  async during<T>(query: () => Promise<T>): Promise<T> {
    while (this.#emptying) await this.#emptying;
    this.#active++;
    try {
      return await query();
    } finally {
      this.#active--;
    }
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
    const entries = await this.#readSums();
    if (entries <= MAX_ENTRIES || this.#active > 0) return;
    this.#emptying = this.#empty().finally(() => (this.#emptying = null));
    await this.#emptying;
  }

  async #empty(): Promise<void> {
    await this.#readSums();
    await this.#connection.run('CALL truncate_duckdb_logs()');
    for (const [path, bytes] of this.#sums) this.#base.set(path, (this.#base.get(path) ?? 0) + bytes);
    this.#sums = new Map();
  }

  async #readSums(): Promise<number> {
    const reader = await this.#connection.runAndReadAll(SUMS);
    const sums = new Map<string, number>();
    let entries = 0;
    for (const [path, bytes, count] of reader.getRows()) {
      sums.set(String(path), Number(bytes));
      entries += Number(count);
    }
    this.#sums = sums;
    return entries;
  }
}
