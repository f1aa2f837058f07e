import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from './quote.ts';

/** A database file that queries may name, until it is released. */
export interface Attachment {
  /** Its name in SQL. */
  readonly alias: string;
  /** Never rejects. */
  release(): Promise<void>;
}

interface Entry {
  readonly alias: string;
  users: number;
}

type Run = (sql: string) => Promise<unknown>;

/** Read-only database files by path: DuckDB attaches a file once only, however many shards use it. */
const entries = new Map<string, Entry>();
let nextAlias = 0;
/** One after the other: a file that is being let go cannot be attached under its next name. */
let turn: Promise<unknown> = Promise.resolve();

/** Attaches a database file through `run`, or shares it. @throws DuckDB's error for a file that is no database */
export async function attachTo(run: Run, path: string): Promise<Attachment> {
  const entry = await inTurn(() => enter(run, path));
  let released = false;
  return {
    alias: entry.alias,
    release: async () => {
      if (released) return;
      released = true;
      await inTurn(() => leave(run, path, entry));
    },
  };
}

/** A name that no other database of this process has. */
export function newAlias(): string {
  return `loupe_${nextAlias++}`;
}

/** Attaches to a new database what the last one had; a file that is gone stays away. */
export async function attachAgain(connection: DuckDBConnection): Promise<void> {
  for (const [path, { alias }] of entries) await connection.run(attachSql(path, alias)).catch(() => undefined);
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

async function enter(run: Run, path: string): Promise<Entry> {
  const entry = entries.get(path) ?? { alias: newAlias(), users: 0 };
  entries.set(path, entry);
  entry.users++;
  try {
    await run(attachSql(path, entry.alias));
    return entry;
  } catch (error) {
    await leave(run, path, entry);
    throw error;
  }
}

async function leave(run: Run, path: string, entry: Entry): Promise<void> {
  if (--entry.users > 0) return;
  entries.delete(path);
  await run(`DETACH DATABASE IF EXISTS ${entry.alias}`).catch(() => undefined);
}

function attachSql(path: string, alias: string): string {
  return `ATTACH IF NOT EXISTS ${quoteText(path)} AS ${alias} (READ_ONLY)`;
}
