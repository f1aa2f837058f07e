import { extname } from 'node:path';
import { FILE_SUFFIXES, type ExportSummary, type ExportWish } from '../../protocol/export.ts';
import type { Column } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { orAbort } from '../or-abort.ts';
import { recognise } from '../scores/recognise.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import { writeNewFiles, type PartFiles } from '../writing/new-files.ts';
import { exportCopy } from './export-copy.ts';
import { exportLines } from './export-lines.ts';
import { exportTar } from './export-tar.ts';
import { exportUids } from './export-uids.ts';
import type { ExportJob } from './job.ts';
import { isHeldByDuckdb } from './source-kind.ts';

/** Files that a summary names. */
const NAMED_FILES = 1_000;

export interface ExportParts extends Pick<ExportJob, 'circumstances' | 'progress'> {
  /** Paths of the files that are open, which are never written to. */
  readonly open: readonly string[];
}

/**
 * Writes rows of an open shard to new files, all or none.
 * @throws LoupeError `invalid-request` for a wish that makes no sense or a file that is there, `cancelled`; what the shard and the file system say
 */
export async function exportRows(shard: Shard, wish: ExportWish, { open, ...parts }: ExportParts): Promise<ExportSummary> {
  const { signal } = parts.circumstances;
  checkFileSize(wish);
  await orAbort(shard.settled(), signal);
  const columns = await chooseColumns(shard, wish, signal);
  const job: ExportJob = { shard, wish, columns, notes: new Set(), ...parts };
  const { path, replace, fileSize } = wish;
  const target = { path, replace, open, ...(fileSize === undefined ? {} : { suffix: suffixOf(wish) }) };
  const { result: rows, files } = await writeNewFiles(target, (newFiles) => write(job, newFiles), signal);
  return {
    rows,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: files.slice(0, NAMED_FILES).map((file) => file.path),
    fileCount: files.length,
    notes: [...job.notes],
  };
}

function write(job: ExportJob, files: PartFiles): Promise<number> {
  const { wish: { format }, columns, shard } = job;
  switch (format) {
    case 'parquet':
      return exportCopy(job, format, files);
    case 'csv':
    case 'jsonl':
      return isHeldByDuckdb(shard.state(), columns) ? exportCopy(job, format, files) : exportLines(job, format, files);
    case 'tar':
      return exportTar(job, files);
    case 'npy':
      return exportUids(job, files);
    default:
      return exportLines(job, format, files);
  }
}

function checkFileSize({ fileSize }: ExportWish): void {
  if (fileSize === undefined || (Number.isSafeInteger(fileSize.size) && fileSize.size > 0)) return;
  throw new LoupeError('invalid-request', `The size of a file is a whole number of ${fileSize.unit} above 0.`);
}

/** What stands behind the numbers of files: the suffix that the format has, or the one that the user gave. */
function suffixOf({ path, format }: ExportWish): string {
  const usual = FILE_SUFFIXES[format];
  return path.toLowerCase().endsWith(usual) || extname(path) === '' ? usual : extname(path);
}

/** Of a list of ids only their column; else those asked for, or those that the files themselves have. */
async function chooseColumns(shard: Shard, { columns: wanted, format, roles }: ExportWish, signal: AbortSignal): Promise<Column[]> {
  const { columns } = shard.state();
  const chosen = wanted?.map((index) => columns.find((column) => column.index === index) ?? noColumn(String(index))) ?? columns.filter(({ origin }) => origin?.kind !== 'set');
  if (format !== 'ids' && format !== 'npy') {
    if (chosen.length === 0) throw new LoupeError('invalid-request', 'There is no column to export.');
    return chosen;
  }
  if (roles?.key !== undefined) return [columns.find(({ name }) => name === roles.key) ?? noColumn(roles.key)];
  const recognised = recognise(await readShape(shard, signal), shard.state().path, []);
  const ids = recognised.filter(({ column, role }) => column.length === 1 && (role.role === 'id' || role.role === 'key'));
  const id = ids.find(({ column }) => format === 'npy' && /uid$/i.test(column[0])) ?? ids[0];
  const [only] = wanted === undefined || wanted.length !== 1 ? columns.filter(({ name }) => name === id?.column[0]) : chosen;
  if (only === undefined) throw new LoupeError('invalid-request', 'Which column holds the ids is not plain; name it.');
  return [only];
}

function noColumn(name: string): never {
  throw new LoupeError('invalid-request', `There is no column ${name}.`);
}
