import type { DuckDBDataChunk } from '@duckdb/node-api';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { rowsOf } from '../copying.ts';
import { stream } from '../duckdb/session.ts';
import { planCell } from '../shards/parquet/cell-plan.ts';
import { ChosenRows } from './chosen-rows.ts';
import type { ExportJob } from './job.ts';
import { isHeldByDuckdb } from './source-kind.ts';

/** Rows that are read at a time, and where rows hold whole files. */
const BATCH = 1_000;
const BIG_BATCH = 64;

/** Takes rows as they are read; the next ones wait for it. */
export type TakeRows = (rows: readonly (readonly Value[])[]) => Promise<void>;

/**
 * Gives the chosen rows to `take` in the order of the view, values whole: by one statement where DuckDB holds them, else as
 * the reader gives them.
 * @throws LoupeError also for a value that is too large to be held whole
 */
export async function eachRow(job: ExportJob, take: TakeRows): Promise<number> {
  const { shard, columns, circumstances } = job;
  const held = isHeldByDuckdb(shard.state(), columns);
  const chosen = await ChosenRows.of(job, held ? columns.map(({ index }) => ({ index, fields: [] })) : []);
  try {
    let done = 0;
    const total = await chosen.count(circumstances.signal);
    const passed: TakeRows = async (rows) => {
      circumstances.signal.throwIfAborted();
      for (const [at, row] of rows.entries()) for (const [column, value] of row.entries()) if (isCut(value)) throw tooLarge(job, done + at, column);
      await take(rows);
      done += rows.length;
      job.progress(done, total);
    };
    await (held ? streamRows(chosen, passed, circumstances.signal) : readRows(job, chosen, passed));
    return done;
  } finally {
    await chosen.drop();
  }
}

async function streamRows(chosen: ChosenRows, take: TakeRows, signal: AbortSignal): Promise<void> {
  const plans = chosen.values.map(({ type, sql }) => planCell(type, sql, WHOLE_LIMITS));
  const list = plans.length === 0 ? '1' : plans.map(({ sql }) => sql).join(', ');
  const each = async (chunk: DuckDBDataChunk): Promise<'more'> => {
    const vectors = plans.map((_, at) => chunk.getColumnVector(at));
    for (let start = 0; start < chunk.rowCount; start += BIG_BATCH) {
      const length = Math.min(BIG_BATCH, chunk.rowCount - start);
      await take(Array.from({ length }, (_, row) => plans.map(({ decode }, at) => decode(vectors[at]?.getItem(start + row) ?? null))));
    }
    return 'more';
  };
  await chosen.run(() => stream(chosen.selectInOrder(list), each, { signal }));
}

async function readRows({ shard, columns, circumstances: { signal } }: ExportJob, chosen: ChosenRows, take: TakeRows): Promise<void> {
  const numbers = await chosen.numbers(signal);
  const step = columns.some(({ kind }) => kind === 'image' || kind === 'bytes' || kind === 'mixed') ? BIG_BATCH : BATCH;
  for (let start = 0; start < numbers.length; start += step) {
    const rows = numbers.slice(start, start + step);
    await take(rowsOf(await shard.readRows({ rows, columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, signal)));
  }
}

/** Whether something of a value is not here. */
function isCut(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return false;
  switch (value.type) {
    case 'text':
      return true;
    case 'bytes':
      return value.head.length < value.size;
    case 'list':
      return value.items.length < value.length || value.items.some(isCut);
    case 'struct':
      return value.entries.length < value.length || value.entries.some(([, item]) => isCut(item));
    case 'map':
      return value.entries.length < value.length || value.entries.some(([key, item]) => isCut(key) || isCut(item));
    default:
      return false;
  }
}

function tooLarge({ shard, columns }: ExportJob, row: number, column: number): LoupeError {
  const { path } = shard.state();
  return new LoupeError('too-large', `The value of ${columns[column]?.name ?? ''} in row ${row + 1} of the export is larger than Loupe holds at once; leave the column or the row out.`, { path });
}
