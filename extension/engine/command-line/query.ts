import { GRID_LIMITS, WHOLE_LIMITS } from '../../protocol/values.ts';
import { rowsOf } from '../copying.ts';
import { TABLE_TEXTS } from '../pages/table-text.ts';
import { readResult } from '../sql/result-values.ts';
import { dropTable, runStatement, type ResultLimits, type ResultTable } from '../sql/run-statement.ts';
import type { Invocation } from './arguments.ts';
import { terminalCell, type Terminal } from './run.ts';
import { textTable } from './text-table.ts';
import { withShard, type Circumstances } from './with-shard.ts';

/** The whole result: what does not fit into memory DuckDB spills to the cache folder. */
const LIMITS: ResultLimits = { rows: Infinity, bytes: Infinity };

/** Rows that are written at a time. */
const BATCH = 1_000;

type QueryInvocation = Extract<Invocation, { command: 'query' }>;

/** One statement over the files as one table. @returns the exit code */
export function runQuery(invocation: QueryInvocation, circumstances: Circumstances): Promise<number> {
  const { terminal, signal } = circumstances;
  return withShard(invocation.files, circumstances, async (shard) => {
    const result = await runStatement(shard, invocation.sql, { limits: LIMITS, report: () => undefined, signal });
    try {
      await write(result, invocation, terminal, signal);
    } finally {
      await dropTable(result.table);
    }
  });
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
