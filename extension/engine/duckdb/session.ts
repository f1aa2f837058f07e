import { mkdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, version, type DuckDBConnection, type DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
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
}

/** A result whole, by column. */
export interface QueryResult {
  readonly types: readonly DuckDBType[];
  readonly columns: readonly (readonly DuckDBValue[])[];
}

interface Database {
  readonly instance: DuckDBInstance;
  readonly idle: DuckDBConnection[];
  /** Idle connections that hand rows over at once; they are made before the configuration is locked, and never more. */
  readonly streams: DuckDBConnection[];
  readonly log: ReadLog;
  /** No query starts here any more; connections close as their queries end. */
  retired: boolean;
}

/** How often an interrupt is repeated, in ms: one that comes before the query executes is lost. */
const INTERRUPT_EVERY = 20;
/** How long an interrupted query may take to end, in ms, before it is left behind. */
const INTERRUPT_GRACE = 1_000;
const MAX_IDLE_CONNECTIONS = 4;

/** Statements that may be streamed at once with their first rows early; more of them wait longer for theirs. */
const STREAM_CONNECTIONS = 8;

/**
 * DuckDB hands no row over before so much is there, and by default that is 250,000 row numbers: of a rare match the
 * first would come with the last. So small a buffer costs dense results nothing measurable; 1 byte was seen to hang.
 */
const STREAM_BUFFER = '256B';

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
  return withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(sql, [...values]);
    return { types: reader.columnTypes(), columns: reader.getColumns() };
  }, options);
}

/**
 * Runs one statement and hands its rows over as they are found, about 2,048 at a time, until `each` answers `enough`.
 * What `each` throws ends the statement too.
 * @throws LoupeError `cancelled`, `timeout`; DuckDB's own error otherwise
 */
export function stream(sql: string, each: (chunk: DuckDBDataChunk) => 'more' | 'enough', options: QueryOptions = {}): Promise<void> {
  let begun = false;
  return withConnection(async (connection) => {
    if (begun) throw new LoupeError('internal', 'DuckDB was lost to another query while this one was under way; ask again.');
    const result = await connection.stream(sql);
    let ended = false;
    try {
      while (!ended) {
        const chunk = await result.fetchChunk();
        begun = true;
        if (chunk === null || chunk.rowCount === 0) ended = true;
        else if (each(chunk) === 'enough') return;
      }
    } finally {
      // A statement that was left before its end keeps its threads and buffers until the connection's next one.
      if (!ended) await connection.run('SELECT 1').catch(() => undefined);
    }
  }, options, 'streams');
}

/**
 * Does some work on a connection that nobody else uses meanwhile; it is interrupted as `options` say. The work may be
 * started once more, on a new database, when the first one was lost to another query's fatal error.
 */
export async function withConnection<T>(work: Work<T>, options: QueryOptions = {}, kind: ConnectionKind = 'idle'): Promise<T> {
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
  for (const connection of [...current.idle.splice(0), ...current.streams.splice(0)]) connection.closeSync();
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
  // It turns LIMIT into a filter on row numbers, whose path in the Parquet reader trusts damaged files.
  await connection.run("SET GLOBAL disabled_optimizers = 'late_materialization'");
  const log = await ReadLog.start(connection, earlierReads);
  const streams = await Promise.all(Array.from({ length: STREAM_CONNECTIONS }, () => streamConnection(instance)));
  await connection.run('SET lock_configuration = true');
  return { instance, idle: [], streams, log, retired: false };
}

async function streamConnection(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(`SET streaming_buffer_size = '${STREAM_BUFFER}'`);
  return connection;
}

type Work<T> = (connection: DuckDBConnection) => Promise<T>;

type ConnectionKind = 'idle' | 'streams';

function runOn<T>(current: Database, work: Work<T>, options: QueryOptions, kind: ConnectionKind): Promise<T> {
  return current.log.during(() => runCounted(current, work, options, kind));
}

async function runCounted<T>(current: Database, work: Work<T>, options: QueryOptions, kind: ConnectionKind): Promise<T> {
  if (options.signal?.aborted) throw new LoupeError('cancelled', 'Cancelled.');
  const stream = kind === 'streams' ? current.streams.pop() : undefined;
  const connection = stream ?? current.idle.pop() ?? (await current.instance.connect());
  const running = work(connection);
  const outcome = await settleOrInterrupt(running, connection, options);
  const pool = stream === undefined ? current.idle : current.streams;
  if (outcome.left) {
    // The query may still be running: its connection goes to nobody else.
    running.then(() => connection.closeSync()).catch(() => connection.closeSync());
  } else if (!current.retired && (stream !== undefined || pool.length < MAX_IDLE_CONNECTIONS)) {
    pool.push(connection);
  } else {
    connection.closeSync();
  }
  if (outcome.reason) throw outcome.reason;
  return running;
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
