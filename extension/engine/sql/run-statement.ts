import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement, type DuckDBType } from '@duckdb/node-api';
import { query, withConnection } from '../duckdb/session.ts';
import type { ReportWork } from '../queries/relation.ts';
import { TABLE_NAME } from '../queries/sql-syntax.ts';
import type { Shard } from '../shards/shard.ts';
import { shardViewSql } from './shard-view.ts';
import { sizeSql } from './size-sql.ts';
import { parseStatement } from './statement.ts';
import { runError, statementError } from './statement-error.ts';

/** More of a result is not kept. */
export interface ResultLimits {
  readonly rows: number;
  /** Of the values, about. */
  readonly bytes: number;
}

/** A result as a table of DuckDB's in memory, which spills to its folder on disk. */
export interface ResultTable {
  /** Its name; its columns are `c0`, `c1`, ... */
  readonly table: string;
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  readonly rows: number;
  readonly complete: boolean;
}

/** Bytes of values that are written between two looks at how many there are; one chunk of 2,048 rows at least. */
const MEASURED_BYTES = 16 * 1024 * 1024;

/** Tables are named by it, for all of this process: they live in its only database. */
let nextTable = 1;

/** How a statement is run. */
export interface Run {
  readonly limits: ResultLimits;
  /** Hears of work that has to be done first. */
  readonly report: ReportWork;
  readonly signal: AbortSignal;
}

/**
 * Runs one SELECT over the shard and keeps its rows up to the limits in a table.
 * @throws LoupeError `invalid-request` with the place in the text for a statement that cannot be run; what the shard says
 */
export async function runStatement(shard: Shard, text: string, { limits, report, signal }: Run): Promise<ResultTable> {
  const { use } = await parseStatement(text, signal);
  const view = await shardViewSql(shard, use, report, signal);
  const table = `loupe_sql_${nextTable++}`;
  try {
    return await withConnection((connection) => runOn(connection, { view, text, table, limits }), { signal });
  } catch (error) {
    await dropTable(table);
    throw runError(shard.state(), text, error);
  }
}

/** Never rejects: a database that was lost has taken its tables with it. */
export async function dropTable(table: string): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
}

interface Job {
  readonly view: string;
  readonly text: string;
  readonly table: string;
  readonly limits: ResultLimits;
}

async function runOn(connection: DuckDBConnection, { view, text, table, limits }: Job): Promise<ResultTable> {
  await connection.run(view);
  try {
    const prepared = await prepare(connection, text);
    const columns = Array.from({ length: prepared.columnCount }, (_, at) => ({ name: prepared.columnName(at), type: prepared.columnType(at) }));
    const types = columns.map(({ type }) => type);
    await query(`CREATE OR REPLACE TABLE ${table} (${types.map((type, at) => `c${at} ${type.toString()}`).join(', ')})`, []);
    return { table, names: columns.map(({ name }) => name), types, ...(await fill(prepared, table, types, limits)) };
  } finally {
    // This also ends a stream that was left before its end.
    await connection.run(`DROP VIEW IF EXISTS temp.${TABLE_NAME}`).catch(() => undefined);
  }
}

async function prepare(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(text);
  const prepared = await statements.prepare(0);
  // The syntax tree has said so already; here it is what will be run.
  if (statements.count !== 1 || prepared.statementType !== StatementType.SELECT) throw statementError(text, 'only one SELECT can be run here');
  return prepared;
}

/** Hands the chunks of a result over to a table as they are. */
function fill(prepared: DuckDBPreparedStatement, table: string, types: readonly DuckDBType[], limits: ResultLimits): Promise<{ readonly rows: number; readonly complete: boolean }> {
  return withConnection(async (writer) => {
    const appender = await writer.createAppender(table);
    const size = new WrittenSize(writer, table, types);
    const result = await prepared.stream();
    let rows = 0;
    try {
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return { rows, complete: true };
        appender.appendDataChunk(chunk);
        rows += chunk.rowCount;
        if (size.isDue(rows)) {
          appender.flushSync();
          await size.measure(rows);
        }
        if (rows > limits.rows || size.bytes > limits.bytes) return { rows: Math.min(rows, limits.rows), complete: false };
      }
    } finally {
      appender.closeSync();
    }
  });
}

/** How large the rows of a table are, looked at in steps. */
class WrittenSize {
  bytes = 0;
  readonly #connection: DuckDBConnection;
  readonly #sql: string;
  #measured = 0;
  #step = 1;

  constructor(connection: DuckDBConnection, table: string, types: readonly DuckDBType[]) {
    this.#connection = connection;
    this.#sql = `SELECT coalesce(sum(${types.map((type, at) => sizeSql(type, `c${at}`)).join(' + ')}), 0)::DOUBLE FROM ${table} WHERE rowid >= $1`;
  }

  isDue(rows: number): boolean {
    return rows - this.#measured >= this.#step;
  }

  async measure(rows: number): Promise<void> {
    const reader = await this.#connection.runAndReadAll(this.#sql, [this.#measured]);
    const added = Number(reader.getColumns()[0]?.[0] ?? 0);
    this.#step = MEASURED_BYTES / Math.max(1, added / Math.max(1, rows - this.#measured));
    this.bytes += added;
    this.#measured = rows;
  }
}
