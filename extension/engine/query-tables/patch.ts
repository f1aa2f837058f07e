import { query } from '../duckdb/session.ts';
import { WHOLE_LIMITS, type ValueLimits } from '../../protocol/values.ts';
import { fieldValue, tableCell, type TableCell } from './cell.ts';
import type { TableField } from './field.ts';
import { KIND_TYPE } from './facts-sql.ts';
import type { SourceSize, TableSource } from './table-source.ts';

/** Text of the rows read together, in bytes of the file. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_ROWS = 1_000;
/** The same if every row were as long as the longest. */
const WORST_BATCH_BYTES = 64 * 1024 * 1024;
/** Rows, and UTF-16 units of text, that are gathered before the table is changed. */
const GATHERED_ROWS = 50_000;
const GATHERED_TEXT = 64 * 1024 * 1024;

/** Whole values, but bytes, of which the size is enough. */
export const TABLE_LIMITS: ValueLimits = { ...WHOLE_LIMITS, bytes: 64 };

/** Rows of a table that are read again, and how far that has come. */
export interface PatchWork {
  readonly source: TableSource;
  readonly fields: readonly TableField[];
  readonly signal: AbortSignal;
  readonly done: (rows: number) => void;
}

/** Gives rows of the table `alias.rows` the values that our reader sees; those that have them already are left alone. */
export async function patchRows(alias: string, rows: readonly number[], work: PatchWork): Promise<void> {
  if (rows.length === 0) return;
  const names = work.fields.flatMap((_, at) => [`c${at}`, `k${at}`]);
  await query(`CREATE TABLE ${alias}.patch AS SELECT 0::BIGINT AS row, ${names.join(', ')} FROM ${alias}.rows LIMIT 0`, []);
  const step = batchRows(work.source.size());
  let gathered = { rows: 0, text: 0 };
  for (let at = 0; at < rows.length; at += step) {
    const batch = rows.slice(at, at + step);
    const text = await gather(alias, batch, work);
    gathered = { rows: gathered.rows + batch.length, text: gathered.text + text };
    if (gathered.rows >= GATHERED_ROWS || gathered.text >= GATHERED_TEXT) {
      await apply(alias, names, work.signal);
      gathered = { rows: 0, text: 0 };
    }
    work.done(Math.min(rows.length, at + step));
  }
  await apply(alias, names, work.signal);
  await query(`DROP TABLE ${alias}.patch`, []);
}

/** How many rows are read together, so that neither many nor long ones fill the memory. */
export function batchRows({ rows, textBytes, longest }: SourceSize): number {
  const usual = Math.floor((BATCH_BYTES * rows) / Math.max(1, textBytes));
  const worst = Math.floor(WORST_BATCH_BYTES / Math.max(1, longest));
  return Math.max(1, Math.min(BATCH_ROWS, usual, worst));
}

/** Reads rows and puts them into the table of patches; answers how long their text is. */
async function gather(alias: string, rows: readonly number[], { source, fields, signal }: PatchWork): Promise<number> {
  const columns = [...new Set(fields.map(({ index }) => index))];
  const values = await source.readRows({ rows, columns, limits: TABLE_LIMITS }, signal);
  const cells = fields.map(({ index, fields: names }): TableCell[] => {
    const column = values[columns.indexOf(index)] ?? [];
    return rows.map((_, at) => tableCell(fieldValue(column[at], names)));
  });
  const record: Record<string, unknown> = { row: rows };
  const shape: Record<string, string[]> = { row: ['BIGINT'] };
  cells.forEach((column, at) => {
    record[`c${at}`] = column.map(({ text }) => text);
    record[`k${at}`] = column.map(({ kind }) => kind);
    shape[`c${at}`] = shape[`k${at}`] = ['VARCHAR'];
  });
  const json = JSON.stringify(record);
  const items = fields.map((_, at) => `unnest(j.c${at}), unnest(j.k${at})::${KIND_TYPE}`);
  await query(`INSERT INTO ${alias}.patch SELECT ${['unnest(j.row)', ...items].join(', ')} FROM (SELECT from_json($1, '${JSON.stringify(shape)}') AS j)`, [json], { signal });
  return json.length;
}

async function apply(alias: string, names: readonly string[], signal: AbortSignal): Promise<void> {
  const set = names.map((name) => `${name} = p.${name}`).join(', ');
  const differs = names.map((name) => `r.${name} IS DISTINCT FROM p.${name}`).join(' OR ');
  await query(`UPDATE ${alias}.rows AS r SET ${set} FROM ${alias}.patch AS p WHERE r.rowid = p.row AND (${differs})`, [], { signal });
  await query(`TRUNCATE ${alias}.patch`, []);
}
