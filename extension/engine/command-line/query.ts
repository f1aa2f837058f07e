import { basename, resolve } from 'node:path';
import type { ShardLocation, ShardState } from '../../protocol/shards.ts';
import { GRID_LIMITS, WHOLE_LIMITS } from '../../protocol/values.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import { rowsOf } from '../copying.ts';
import { openLocation } from '../open-location.ts';
import { TABLE_TEXTS } from '../pages/table-text.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { readResult } from '../sql/result-values.ts';
import { dropTable, runStatement, type ResultLimits, type ResultTable } from '../sql/run-statement.ts';
import type { Invocation } from './arguments.ts';
import { terminalCell, type Terminal } from './run.ts';
import { terminalText, textTable } from './text-table.ts';

/** The whole result: what does not fit into memory DuckDB spills to the cache folder. */
const LIMITS: ResultLimits = { rows: Infinity, bytes: Infinity };

/** Rows that are written at a time. */
const BATCH = 1_000;

type QueryInvocation = Extract<Invocation, { command: 'query' }>;

interface Circumstances extends Pick<ShardContext, 'cacheFolder' | 'cacheBytes'> {
  readonly terminal: Terminal;
  /** Tells what a person should know of a file; whether it was read whole. */
  readonly tellNotices: (state: ShardState, file: string, terminal: Terminal) => boolean;
  readonly signal: AbortSignal;
}

/** One statement over the files as one table. @returns the exit code */
export async function runQuery(invocation: QueryInvocation, { terminal, tellNotices, signal, ...cache }: Circumstances): Promise<number> {
  const { files, sql } = invocation;
  const name = files.length === 1 ? (files[0] ?? '') : `${files.length} files`;
  let shard: Shard | null = null;
  try {
    shard = await openLocation(locationOf(files), { ...cache, changed: () => undefined, signal });
    const result = await runStatement(shard, sql, { limits: LIMITS, report: () => undefined, signal });
    try {
      await write(result, invocation, terminal, signal);
    } finally {
      await dropTable(result.table);
    }
    return tellNotices(shard.state(), name, terminal) ? 0 : 1;
  } catch (error) {
    const { message, code } = toLoupeError(error);
    terminal.err(`loupe: ${terminalText(shard === null ? `${basename(name)}: ${message}` : message)}\n`);
    return code === 'invalid-request' ? 2 : 1;
  } finally {
    await shard?.close();
  }
}

function locationOf(files: readonly string[]): ShardLocation {
  const [only, ...others] = files.map((file) => resolve(file));
  return only !== undefined && others.length === 0 ? { kind: 'file', path: only } : { kind: 'set', folder: process.cwd(), patterns: files.map((file) => resolve(file)) };
}

async function write(result: ResultTable, invocation: QueryInvocation, terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (invocation.format === 'text') return writeTable(result, invocation.rows, terminal, signal);
  if (invocation.format === 'json') return writeObject(result, terminal, signal);
  const { header, row, lineBreak } = TABLE_TEXTS[invocation.format === 'csv' ? 'csv' : 'json'];
  for (const line of header(result.names)) terminal.out(`${line}${lineBreak}`);
  await eachBatch(result, signal, async (rows) => {
    terminal.out(rows.map((values) => `${row(result.names, values)}${lineBreak}`).join(''));
    await terminal.taken?.();
  });
}

async function writeTable(result: ResultTable, most: number, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const rows = rowsOf(await readResult(result, 0, most, GRID_LIMITS, signal)).map((values) => values.map(terminalCell));
  terminal.out(`${textTable(result.names, rows, terminal.width)}\n`);
  if (result.rows > rows.length) terminal.err(`loupe: ${rows.length} of ${result.rows} rows; -n shows more, --format csv or jsonl writes all\n`);
}

async function writeObject(result: ResultTable, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { names, types, rows } = result;
  const columns = names.map((name, at) => ({ name, type: types[at]?.toString() ?? '' }));
  terminal.out(`${JSON.stringify({ columns, rows }).slice(0, -1)},"records":[`);
  let before = '';
  await eachBatch(result, signal, async (batch) => {
    for (const values of batch) {
      terminal.out(before + TABLE_TEXTS.json.row(names, values));
      before = ',';
    }
    await terminal.taken?.();
  });
  terminal.out(']}\n');
}

async function eachBatch(result: ResultTable, signal: AbortSignal, each: (rows: ReturnType<typeof rowsOf>) => Promise<void>): Promise<void> {
  for (let start = 0; start < result.rows; start += BATCH) await each(rowsOf(await readResult(result, start, start + BATCH, WHOLE_LIMITS, signal)));
}
