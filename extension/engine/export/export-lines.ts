import type { DuckDBDataChunk } from '@duckdb/node-api';
import { TABLE_TEXTS, plainText } from '../pages/table-text.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { stream } from '../duckdb/session.ts';
import { sqlNames } from '../queries/table-names.ts';
import type { PartFiles } from '../writing/new-files.ts';
import { ChosenRows } from './chosen-rows.ts';
import { lineSql } from './copy-columns.ts';
import type { ExportJob } from './job.ts';
import { LineFile } from './line-file.ts';
import type { OutputCompression } from './output-file.ts';
import { RollingFiles } from './rolling-files.ts';
import { eachRow } from './row-values.ts';
import { isHeldByDuckdb } from './source-kind.ts';

/** Records that are read as written at a time. */
const BATCH = 1_000;

/** Takes lines as they come; the next ones wait for it. */
type TakeLines = (lines: readonly (string | Buffer)[]) => Promise<void>;

type LineFormat = 'jsonl' | 'jsonl.gz' | 'jsonl.zst' | 'csv' | 'ids';

const COMPRESSIONS: Partial<Record<LineFormat, OutputCompression>> = { 'jsonl.gz': 'gzip', 'jsonl.zst': 'zstd' };

/** Writes rows as lines of text. @returns how many @throws LoupeError; what the file system says */
export async function exportLines(job: ExportJob, format: LineFormat, files: PartFiles): Promise<number> {
  const csv = format === 'csv';
  const header = csv ? TABLE_TEXTS.csv.header(sqlNames(job.columns)) : [];
  const output = new RollingFiles(files, job.wish.fileSize, async (path) => {
    const file = new LineFile(path, COMPRESSIONS[format] ?? 'none', csv ? TABLE_TEXTS.csv.lineBreak : '\n');
    for (const line of header) await file.add(Buffer.from(line));
    return file;
  });
  try {
    const one = job.wish.fileSize === undefined ? await output.forRow(0) : null;
    const take: TakeLines = async (lines) => {
      for (const line of lines) {
        const bytes = typeof line === 'string' ? Buffer.from(line) : line;
        const written = (one ?? (await output.forRow(bytes.length + 1))).add(bytes);
        // Waiting for nothing takes longer than most lines do.
        if (written !== undefined) await written;
      }
    };
    const rows = format === 'csv' ? await csvLines(job, take) : format === 'ids' ? await idLines(job, take) : await jsonLines(job, take);
    await output.end();
    return rows;
  } catch (error) {
    await output.destroy();
    throw error;
  }
}

function csvLines(job: ExportJob, take: TakeLines): Promise<number> {
  job.notes.add('Lists and objects are JSON text in CSV; bytes are base64 text.');
  const names = sqlNames(job.columns);
  return eachRow(job, (rows) => take(rows.map((values) => TABLE_TEXTS.csv.row(names, values))));
}

/** One id a line; rows without one are left out. */
async function idLines(job: ExportJob, take: TakeLines): Promise<number> {
  let without = 0;
  const rows = await eachRow(job, async (values) => {
    const ids = values.map(([id = null]) => plainText(id)).filter((id) => id !== null && id !== '');
    const broken = ids.find((id) => /[\r\n]/.test(id ?? ''));
    if (broken !== undefined) throw new LoupeError('unsupported', `An id of ${job.columns[0]?.name ?? ''} goes over several lines, which a list of ids cannot hold.`);
    without += values.length - ids.length;
    await take(ids.filter((id) => id !== null));
  });
  if (without > 0) job.notes.add(`${without} rows have no id and are left out.`);
  return rows - without;
}

async function jsonLines(job: ExportJob, take: TakeLines): Promise<number> {
  if (isHeldByDuckdb(job.shard.state(), job.columns)) return heldJsonLines(job, take);
  const written = await recordLines(job, take);
  if (written !== null) return written;
  return eachRow(job, (rows) => take(rows.map((values) => TABLE_TEXTS.json.row(job.columns.map(({ name }) => name), values))));
}

/** By a statement that makes the text of each row, for the compressors of ours, which are faster than DuckDB's. */
async function heldJsonLines(job: ExportJob, take: TakeLines): Promise<number> {
  const { columns, circumstances: { signal } } = job;
  const chosen = await ChosenRows.of(job, columns.map(({ index }) => ({ index, fields: [] })));
  try {
    const total = await chosen.count(signal);
    let done = 0;
    const each = async (chunk: DuckDBDataChunk): Promise<'more'> => {
      const vector = chunk.getColumnVector(0);
      await take(Array.from({ length: chunk.rowCount }, (_, row) => String(vector.getItem(row))));
      done += chunk.rowCount;
      job.progress(done, total);
      return 'more';
    };
    await chosen.run(() => stream(chosen.selectInOrder(lineSql(job, chosen.values)), each, { signal }));
    return done;
  } finally {
    await chosen.drop();
  }
}

/** The records as the files write them, where whole records are wanted of text; else null. */
async function recordLines(job: ExportJob, take: TakeLines): Promise<number | null> {
  const { shard, columns, circumstances: { signal } } = job;
  const own = shard.state().columns.filter(({ origin }) => origin === undefined);
  if (shard.rawRows === undefined || columns.length !== own.length || !columns.every(({ index }, at) => index === own[at]?.index)) return null;
  const chosen = await ChosenRows.of(job, []);
  try {
    const numbers = await chosen.numbers(signal);
    for (let start = 0; start < numbers.length; start += BATCH) {
      const records = await shard.rawRows(numbers.slice(start, start + BATCH), signal);
      await take(records.map(oneLine));
      job.progress(Math.min(start + BATCH, numbers.length), numbers.length);
    }
    return numbers.length;
  } finally {
    await chosen.drop();
  }
}

const LINE_FEED = 10;
const RETURN = 13;

/** A record that was laid out over lines on one: between values JSON has no line break that means anything. */
function oneLine(record: Buffer): Buffer {
  if (!record.includes(LINE_FEED) && !record.includes(RETURN)) return record;
  return Buffer.from(record.toString('latin1').replace(/\s*[\r\n]\s*/g, ' '), 'latin1');
}
