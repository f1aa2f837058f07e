import { mkdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, version, type DuckDBConnection, type DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { attachAgain, attachTo, type Attachment } from './attachments.ts';
import { Connections, type ConnectionKind } from './connections.ts';
import { isFatal, isInvalidated } from './failure.ts';
import { ReadLog } from './read-log.ts';

export interface DuckdbSettings {
  /** `memory_limit`, in MiB. */
  readonly memory: number;
  readonly threads: number;
  /** DuckDB spills into a folder inside, made when missing. */
  readonly cacheFolder?: string;
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds after which the query is interrupted and `timeout` is thrown. */
  readonly deadline?: number;
  /** Told now and then how much of the work is done, from 0 to 1; only one query at a time is watched. */
  readonly progress?: (share: number) => void;
}

/** A result whole, by column. */
export interface QueryResult {
  readonly types: readonly DuckDBType[];
  readonly columns: readonly (readonly DuckDBValue[])[];
}

interface Database {
  readonly instance: DuckDBInstance;
  readonly connections: Connections;
  readonly log: ReadLog;
  /** No query starts here any more; connections close as their queries end. */
  retired: boolean;
}

/** How often an interrupt is repeated, in ms: one that comes before the query executes is lost. */
const INTERRUPT_EVERY = 20;
/** How long an interrupted query may take to end, in ms, before it is left behind. */
const INTERRUPT_GRACE = 1_000;
/** Milliseconds between two looks at a query's progress. */
const PROGRESS_EVERY = 100;

let settings: DuckdbSettings = { memory: 1_024, threads: Math.min(4, availableParallelism()) };
let database: Promise<Database> | null = null;
/** Bytes read in databases before the present one, by path. */
let earlierReads: ReadonlyMap<string, number> = new Map();

/**
 * Sets the limits of the engine's only DuckDB. One that is running with other limits is replaced; queries
 * under way end on the old one.
 */
export function configureDuckdb(next: DuckdbSettings): void {
  const same = JSON.stringify(next) === JSON.stringify(settings);
  settings = next;
  if (!same) void closeDuckdb();
}

/**
 * Runs one statement. Values are bound, never spliced; identifiers are the caller's to quote.
 * @throws LoupeError `cancelled`, `timeout`; DuckDB's own error otherwise (see `duckdbError`)
 */
export function query(sql: string, values: readonly DuckDBValue[], options: QueryOptions = {}): Promise<QueryResult> {
  const work = async (connection: DuckDBConnection): Promise<QueryResult> => {
    const reader = await connection.runAndReadAll(sql, [...values]);
    return { types: reader.columnTypes(), columns: reader.getColumns() };
  };
  return withConnection(work, options, options.progress === undefined ? 'plain' : 'watched');
}

/** Whether more rows are wanted. */
export type StreamWish = 'more' | 'enough';

/**
 * Runs one statement and hands its rows over as they are found, about 2,048 at a time, until `each` answers `enough`.
 * What `each` throws ends the statement too.
 * @throws LoupeError `cancelled`, `timeout`; DuckDB's own error otherwise
 */
export function stream(sql: string, each: (chunk: DuckDBDataChunk) => StreamWish | Promise<StreamWish>, options: QueryOptions = {}): Promise<void> {
  let begun = false;
  const work = async (connection: DuckDBConnection): Promise<void> => {
    if (begun) throw new LoupeError('internal', 'DuckDB was lost to another query while this one was under way; ask again.');
    const result = await connection.stream(sql);
    let ended = false;
    try {
      while (!ended) {
        const chunk = await result.fetchChunk();
        begun = true;
        if (chunk === null || chunk.rowCount === 0) ended = true;
        else if ((await each(chunk)) === 'enough') return;
      }
    } finally {
      // A statement that was left before its end keeps its threads and buffers until the connection's next one.
      if (!ended) await connection.run('SELECT 1').catch(() => undefined);
    }
  };
  return withConnection(work, options, 'stream');
}

/**
 * Does some work on a connection that nobody else uses meanwhile; it is interrupted as `options` say. The work may be
 * started once more, on a new database, when the first one was lost to another query's fatal error.
 */
export async function withConnection<T>(work: Work<T>, options: QueryOptions = {}, kind: ConnectionKind = 'plain'): Promise<T> {
  const current = running();
  try {
    return await runOn(await current, work, options, kind);
  } catch (error) {
    // A fatal error of any query makes the database refuse every later one: the next gets a fresh one.
    if (isFatal(error) && database === current) await abandon(current);
    if (!isInvalidated(error)) throw error;
    return runOn(await running(), work, options, kind);
  }
}

/**
 * Makes the tables of a database file known to queries, read only, also after DuckDB was started anew.
 * @throws DuckDB's error for a file that is no database
 */
export function attach(path: string): Promise<Attachment> {
  return attachTo((sql) => query(sql, []), path);
}

/** Bytes of a file (its path as DuckDB was given it) that DuckDB has read so far. Never throws. */
export async function duckdbBytesRead(path: string): Promise<number> {
  const current = await database?.catch(() => null);
  return current?.log.bytes(path) ?? 0;
}

/** DuckDB's own version, `v1.5.6`. */
export function duckdbVersion(): string {
  return version();
}

/** Ends DuckDB when the queries under way are done; a later query starts it again. Never throws. */
export async function closeDuckdb(): Promise<void> {
  const closing = database;
  database = null;
  const current = await closing?.catch(() => null);
  if (!current || current.retired) return;
  current.retired = true;
  earlierReads = current.log.totals();
  current.connections.close();
  current.log.close();
  current.instance.closeSync();
}

/**
 * Leaves a database with a fatal error to the garbage collector: closing it was seen to block the thread for
 * good on some damaged files (DuckDB 1.5.6; why is not established), and leaving it was not.
 */
async function abandon(lost: Promise<Database>): Promise<void> {
  database = null;
  const { log } = await lost;
  earlierReads = log.totals();
}

function running(): Promise<Database> {
  database ??= start(settings).catch((error: unknown) => {
    database = null;
    throw error;
  });
  return database;
}

const DISABLED_OPTIMIZERS = [
  // It turns LIMIT into a filter on row numbers, whose path in the Parquet reader trusts damaged files.
  'late_materialization',
  // It packs values within the minimum and maximum that a file tells, which many writers tell wrong for INT96: other values come out.
  'compressed_materialization',
];

async function start({ memory, threads, cacheFolder }: DuckdbSettings): Promise<Database> {
  const spill = join(cacheFolder ?? join(tmpdir(), 'loupe'), 'duckdb');
  await mkdir(spill, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memory}MiB`,
    threads: String(threads),
    temp_directory: spill,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  // Text of zoned times must not depend on the machine.
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run('SET GLOBAL parquet_metadata_cache = true');
  await connection.run(`SET GLOBAL disabled_optimizers = '${DISABLED_OPTIMIZERS.join()}'`);
  // Grouping by a table that a file's minimum and maximum span fails where the file tells them wrong; by hash it does not.
  await connection.run('SET GLOBAL perfect_ht_threshold = 0');
  const log = await ReadLog.start(connection, earlierReads);
  const connections = await Connections.open(instance);
  await connection.run('SET lock_configuration = true');
  await attachAgain(connection);
  return { instance, connections, log, retired: false };
}

type Work<T> = (connection: DuckDBConnection) => Promise<T>;

function runOn<T>(current: Database, work: Work<T>, options: QueryOptions, kind: ConnectionKind): Promise<T> {
  return current.log.during(() => runCounted(current, work, options, kind));
}

async function runCounted<T>(current: Database, work: Work<T>, options: QueryOptions, kind: ConnectionKind): Promise<T> {
  if (options.signal?.aborted) throw new LoupeError('cancelled', 'Cancelled.');
  const taken = await current.connections.take(kind);
  const { connection } = taken;
  const running = work(connection);
  const stopWatching = taken.kind === 'watched' ? watchProgress(connection, options.progress) : undefined;
  const outcome = await settleOrInterrupt(running, connection, options);
  stopWatching?.();
  // Where the query may still be running, its connection goes to nobody else.
  if (outcome.left) running.then(() => connection.closeSync()).catch(() => connection.closeSync());
  else current.connections.giveBack(taken);
  if (outcome.reason) throw outcome.reason;
  return running;
}

function watchProgress(connection: DuckDBConnection, tell: QueryOptions['progress']): () => void {
  const timer = setInterval(() => tell?.(Math.min(1, Math.max(0, connection.progress.percentage / 100))), PROGRESS_EVERY);
  return () => clearInterval(timer);
}

interface Outcome {
  /** Why the query was interrupted, where it was. */
  readonly reason?: LoupeError;
  /** The query did not end although it was interrupted. */
  readonly left: boolean;
}

/** Waits for a query, interrupting it when the signal fires or the deadline passes. Never rejects. */
function settleOrInterrupt(work: Promise<unknown>, connection: DuckDBConnection, options: QueryOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    let reason: LoupeError | undefined;
    let repeat: NodeJS.Timeout | undefined;
    let giveUp: NodeJS.Timeout | undefined;
    const stop = (error: LoupeError): void => {
      if (reason) return;
      reason = error;
      connection.interrupt();
      repeat = setInterval(() => connection.interrupt(), INTERRUPT_EVERY);
      giveUp = setTimeout(() => finish({ reason: error, left: true }), INTERRUPT_GRACE);
    };
    const abort = (): void => stop(new LoupeError('cancelled', 'Cancelled.'));
    const { deadline, signal } = options;
    const timer =
      deadline === undefined ? undefined : setTimeout(() => stop(new LoupeError('timeout', `no answer within ${Math.round(deadline / 100) / 10} s.`)), deadline);
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      clearTimeout(giveUp);
      clearInterval(repeat);
      signal?.removeEventListener('abort', abort);
      resolve(outcome);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const ended = (): void => finish({ left: false, ...(reason ? { reason } : {}) });
    work.then(ended, ended);
  });
}
