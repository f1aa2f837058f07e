import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Condition } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { query } from '../duckdb/session.ts';
import { orAbort } from '../or-abort.ts';
import { fileError } from '../shards/file-error.ts';
import type { ShardContext } from '../shards/shard.ts';
import { createIdTable, type IdSource } from './id-files.ts';
import type { IdTable } from './ids-sql.ts';
import type { ReportWork } from './relation.ts';

type IdsCondition = Extract<Condition, { type: 'ids' }>;

/** Files of ids that are kept as tables; one more, and that which was not used for longest goes. */
const MAX_TABLES = 8;

/** Tables are named by it, for all of this process: they live in its only database. */
let nextTable = 1;

interface Entry {
  readonly table: Promise<IdTable>;
}

/**
 * Files of ids, each read once into a table of DuckDB's in memory (which spills to its folder on disk), so that a
 * count while a threshold is dragged does not read them again.
 */
export class IdTables {
  readonly #entries = new Map<string, Entry>();
  readonly #context: () => Pick<ShardContext, 'cacheFolder' | 'cacheBytes'>;

  /** @param context where shards that hold ids may keep their copies */
  constructor(context: () => Pick<ShardContext, 'cacheFolder' | 'cacheBytes'>) {
    this.#context = context;
  }

  /**
   * The ids of a file as a table that stays for the query.
   * @throws LoupeError `not-found`, `no-permission`, `malformed`, `unsupported`, `too-large`
   */
  async load(condition: IdsCondition, report: ReportWork, signal: AbortSignal): Promise<IdTable> {
    const { file: path } = condition;
    const source = await this.#source(condition);
    const key = JSON.stringify([path, condition.fileColumn ?? condition.column, source.size, source.modified]);
    for (let known = this.#entries.get(key); known !== undefined; known = this.#entries.get(key)) {
      const table = await this.#known(key, known, signal);
      if (table !== null) return table;
    }
    const name = `loupe_ids_${nextTable++}`;
    const entry = { table: createIdTable(name, { ...source, ...this.#context() }, report, signal) };
    this.#entries.set(key, entry);
    try {
      const table = await entry.table;
      await this.#dropOldest();
      return table;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Drops every table, when nobody queries by them any more. Never throws. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { table } of entries) await drop(table).catch(() => undefined);
  }

  /** A table that is there already, or is being made for somebody else; null where that came to nothing. */
  async #known(key: string, entry: Entry, signal: AbortSignal): Promise<IdTable | null> {
    try {
      const table = await orAbort(entry.table, signal);
      // A database that was lost has taken its tables with it.
      await query(`SELECT 1 FROM ${table.name} LIMIT 0`, []);
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return table;
    } catch {
      signal.throwIfAborted();
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      return null;
    }
  }

  async #source({ file: path, fileColumn, column }: IdsCondition): Promise<IdSource> {
    try {
      const stats = await stat(path);
      if (!stats.isFile()) throw new LoupeError('unsupported', `${basename(path)} is no regular file.`, { path });
      return { path, size: stats.size, modified: stats.mtimeMs, head: await head(path), column: fileColumn ?? null, sameName: column };
    } catch (error) {
      throw fileError(path, error);
    }
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#entries;
    if (this.#entries.size <= MAX_TABLES || oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    await drop(oldest[1].table);
  }
}

async function drop(made: Promise<IdTable>): Promise<void> {
  const table = await made.catch(() => null);
  if (table !== null) await query(`DROP TABLE IF EXISTS ${table.name}`, []);
}

async function head(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(8);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
