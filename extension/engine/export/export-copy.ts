import { stat } from 'node:fs/promises';
import { newAlias } from '../duckdb/attachments.ts';
import { quoteName } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import type { PartFiles } from '../writing/new-files.ts';
import { ChosenRows } from './chosen-rows.ts';
import { copyColumns, writtenNames, type CopyColumns } from './copy-columns.ts';
import { copySql, type CopyKind } from './copy-sql.ts';
import type { ExportJob } from './job.ts';
import { fillReaderBytes } from './reader-bytes.ts';

/** Rows of the first file by bytes are guessed; a file that is this far from its size is written anew, so often at most. */
const GUESS = 50_000;
const TRIES = 5;
const SMALLEST = 0.6;
const LARGEST = 1.2;

/** The rows as files take them: the SELECT of those at positions `[start, end)`. */
interface Slices {
  readonly rows: number;
  readonly select: (start: number, end: number) => string;
}

/** Writes rows by DuckDB's own writers. @returns how many @throws LoupeError; what the file system and DuckDB say */
export async function exportCopy(job: ExportJob, kind: CopyKind, files: PartFiles): Promise<number> {
  const chosen = await ChosenRows.of(job, job.columns.map(({ index }) => ({ index, fields: [] })));
  const tables: string[] = [];
  try {
    const columns = await chosen.run(() => copyColumns(job, chosen, kind));
    const { fileSize } = job.wish;
    const inPlace = columns.fromReader.length === 0 && (fileSize === undefined || chosen.ascending);
    const write = (select: string, path: string, progress: (share: number) => void): Promise<number> => copyTo(job, chosen, copySql(select, path, kind, columns.hasBytes), progress);
    if (inPlace && fileSize === undefined) {
      const { tableRows } = chosen;
      return await write(chosen.selectInOrder(columns.list), await files.next(), (share) => job.progress(Math.round(share * tableRows), tableRows));
    }
    const slices = inPlace ? await rangesOf(job, chosen, columns) : await filledTable(job, chosen, columns, tables);
    return await writeSlices(job, slices, files, write);
  } finally {
    for (const table of tables) await query(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
    await chosen.drop();
  }
}

async function copyTo({ circumstances: { signal } }: ExportJob, chosen: ChosenRows, sql: string, progress: (share: number) => void): Promise<number> {
  const { columns } = await chosen.run(() => query(sql, [], { signal, progress }));
  return Number(columns[0]?.[0] ?? 0);
}

/** Rows in the order of the table are parts of it, from one row number to another. */
async function rangesOf({ circumstances: { signal } }: ExportJob, chosen: ChosenRows, { list }: CopyColumns): Promise<Slices> {
  const numbers = await chosen.numbers(signal);
  const select = (start: number, end: number): string => {
    const tests = end <= start ? ['false'] : [`${chosen.row} >= ${numbers.at(start)}`, `${chosen.row} <= ${numbers.at(end - 1)}`];
    return chosen.selectInOrder(list, tests);
  };
  return { rows: numbers.length, select };
}

/** Rows in another order, or with values from the reader, go into a table first, in which they are known by their place. */
async function filledTable(job: ExportJob, chosen: ChosenRows, { list, fromReader }: CopyColumns, tables: string[]): Promise<Slices> {
  const { signal, report } = job.circumstances;
  const table = newAlias();
  tables.push(table);
  const progress = (share: number): void => report('Putting rows in order', Math.round(share * chosen.tableRows), chosen.tableRows);
  await chosen.run(() => query(`CREATE TABLE ${table} AS ${chosen.selectInOrder(list)}`, [], { signal, progress }));
  const { columns } = await query(`SELECT count(*) FROM ${table}`, [], { signal });
  const rows = Number(columns[0]?.[0] ?? 0);
  if (fromReader.length === 0) return { rows, select: (start, end) => `SELECT * FROM ${table} WHERE rowid >= ${start} AND rowid < ${end} ORDER BY rowid` };
  const bytes = newAlias();
  tables.push(bytes);
  await fillReaderBytes(job, bytes, fromReader, await chosen.numbers(signal));
  const names = writtenNames(job.columns).map(quoteName);
  const all = names.map((name, at) => (fromReader.includes(at) ? `b.b${fromReader.indexOf(at)} AS ${name}` : `t.${name}`)).join(', ');
  const select = (start: number, end: number): string =>
    `SELECT ${all} FROM ${table} AS t JOIN ${bytes} AS b ON b.place = t.rowid WHERE t.rowid >= ${start} AND t.rowid < ${end} AND b.place >= ${start} AND b.place < ${end} ORDER BY t.rowid`;
  return { rows, select };
}

type WriteFile = (select: string, path: string, progress: (share: number) => void) => Promise<number>;

async function writeSlices(job: ExportJob, { rows, select }: Slices, files: PartFiles, write: WriteFile): Promise<number> {
  const { fileSize } = job.wish;
  let many = fileSize === undefined ? Math.max(1, rows) : fileSize.unit === 'rows' ? fileSize.size : GUESS;
  let start = 0;
  do {
    const path = await files.next();
    for (let tried = 1; ; tried++) {
      const [first, end] = [start, Math.min(rows, start + many)];
      await write(select(first, end), path, (share) => job.progress(first + Math.round(share * (end - first)), rows));
      if (fileSize?.unit !== 'bytes') break;
      const { size } = await stat(path);
      const share = size / fileSize.size;
      if (share <= LARGEST && (share >= SMALLEST || end === rows)) break;
      const better = Math.max(1, Math.floor(((end - first) * 0.95) / share));
      if (tried === TRIES || better === many) break;
      many = better;
    }
    start = Math.min(rows, start + many);
    job.progress(start, rows);
  } while (start < rows);
  return rows;
}
