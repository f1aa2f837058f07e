import { basename } from 'node:path';
import type { ColumnPath } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { reasonOf } from './query-error.ts';
import { literalPattern } from '../duckdb/literal-path.ts';
import { quoteText } from '../duckdb/quote.ts';
import { query, withConnection } from '../duckdb/session.ts';
import { isArray } from '../numpy/npy-header.ts';
import { suffixFormat } from '../shards/detect.ts';
import { openShard } from '../shards/open.ts';
import type { ShardContext } from '../shards/shard.ts';
import { ColumnSet } from './column-set.ts';
import type { IdTable } from './ids-sql.ts';
import { readIdArray } from './npy-ids.ts';
import type { ReportWork } from './relation.ts';

/** A larger file of ids is refused, in bytes; a table of 500 million uids is as large. */
const MAX_FILE = 8 * 1024 ** 3;

/** A file of ids and what its first bytes say. */
export interface IdSource {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly head: Buffer;
  /** The column of a shard that holds the ids; null where the user names none. */
  readonly column: ColumnPath | null;
  /** The column that is compared, whose name that of the other shard may be. */
  readonly sameName: ColumnPath;
}

type Source = IdSource & Pick<ShardContext, 'cacheFolder' | 'cacheBytes'>;

/** Reads a file of ids into a new table; nothing of it stays when that fails. @throws LoupeError */
export async function createIdTable(name: string, source: Source, report: ReportWork, signal: AbortSignal): Promise<IdTable> {
  const { path, size } = source;
  if (size > MAX_FILE) throw new LoupeError('too-large', `${basename(path)} has more than ${MAX_FILE / 1024 ** 3} GiB, which is too much for a list of ids.`, { path });
  report(`Reading the ids of ${basename(path)}`, 0, size);
  try {
    await fill(name, source, report, signal);
    const { types } = await query(`SELECT id FROM ${name} LIMIT 0`, [], { signal });
    const [type] = types;
    if (type === undefined) throw new LoupeError('internal', 'The table of ids has no column.');
    return { name, type };
  } catch (error) {
    await query(`DROP TABLE IF EXISTS ${name}`, []).catch(() => undefined);
    if (error instanceof LoupeError) throw error;
    throw new LoupeError('malformed', `${basename(path)} cannot be read as a list of ids: ${reasonOf(error).replace(/ Possible (fixes|solution).*$/, '')}`, { path, cause: error });
  }
}

function fill(name: string, source: Source, report: ReportWork, signal: AbortSignal): Promise<void> {
  if (isArray(source.head)) return fillFromArray(name, source, report, signal);
  const isShard = source.column !== null || source.head.toString('latin1').startsWith('PAR1') || suffixFormat(basename(source.path)) !== null;
  return isShard ? fillFromShard(name, source, report, signal) : fillFromLines(name, source, signal);
}

/** One id a line; blank lines and blanks around an id do not count. */
async function fillFromLines(name: string, { path }: Source, signal: AbortSignal): Promise<void> {
  const file = quoteText(literalPattern(path));
  const lines = `read_csv(${file}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = '', quote = '', escape = '', comment = '', nullstr = '', new_line = '\\n', strict_mode = false)`;
  const id = `trim(line, ${quoteText(' \t\r')})`;
  await query(`CREATE TABLE ${name} AS SELECT DISTINCT ${id} AS id FROM ${lines} WHERE ${id} != ''`, [], { signal });
}

async function fillFromShard(name: string, source: Source, report: ReportWork, signal: AbortSignal): Promise<void> {
  const { path, cacheFolder, cacheBytes } = source;
  const shard = await openShard(path, { cacheFolder, cacheBytes, signal, changed: () => undefined });
  try {
    await shard.settled();
    const set = new ColumnSet(shard.state().columns);
    set.path(source.column ?? columnOf(shard.state().columns.map(({ name: column }) => column), source));
    const { from } = await shard.relation(set.refs, report, signal);
    await query(`CREATE TABLE ${name} AS SELECT DISTINCT v0 AS id FROM ${from} WHERE v0 IS NOT NULL`, [], { signal });
  } finally {
    await shard.close();
  }
}

function columnOf(names: readonly string[], { path, sameName }: Source): ColumnPath {
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return [only];
  if (names.includes(sameName[0])) return sameName;
  throw new LoupeError('invalid-request', `${basename(path)} has no column ${sameName.join('.')}; name the one that holds the ids.`, { path });
}

/** Rows of a NumPy array, chunk by chunk. */
async function fillFromArray(name: string, { path, size }: Source, report: ReportWork, signal: AbortSignal): Promise<void> {
  const array = await readIdArray(path);
  try {
    await withConnection(
      async (connection) => {
        await connection.run(`CREATE OR REPLACE TABLE ${name} (id ${array.type.toString()})`);
        const appender = await connection.createAppender(name);
        try {
          for await (const { chunk, bytes } of array.chunks(signal)) {
            appender.appendDataChunk(chunk);
            report(`Reading the ids of ${basename(path)}`, bytes, size);
          }
          appender.flushSync();
        } finally {
          appender.closeSync();
        }
      },
      { signal },
    );
  } finally {
    await array.close();
  }
}
