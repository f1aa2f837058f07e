import { FILE_SUFFIXES, type FileFormat } from '../../protocol/export.ts';
import type { Flags } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** What `loupe export` is asked for; columns are still names. */
export interface ExportInvocation {
  readonly command: 'export';
  readonly files: readonly string[];
  readonly to: string;
  readonly format: FileFormat;
  readonly where: string | null;
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  readonly columns: readonly string[] | null;
  readonly sample: { readonly rows: number; readonly seed: number; readonly by: string | null } | null;
  readonly fileSize: { readonly unit: 'rows' | 'bytes'; readonly size: number } | null;
  readonly key: string | null;
  readonly text: string | null;
  readonly replace: boolean;
}

/** @throws UsageError */
export function exportInvocation(files: readonly string[], flags: Flags): ExportInvocation {
  const { to, where = null, key = null, text = null, replace = false } = flags;
  if (files.length === 0 || to === undefined) throw new UsageError('loupe export needs a file, and --to with the file to write.');
  return {
    command: 'export',
    files,
    to,
    format: fileFormat(to, flags.format),
    where,
    sort: (flags.sort ?? '').split(',').flatMap((word) => (word === '' ? [] : [{ column: word.replace(/^[-+]/, ''), descending: word.startsWith('-') }])),
    columns: flags.columns?.split(',') ?? null,
    sample: sampleOf(flags),
    fileSize: fileSizeOf(flags),
    key,
    text,
    replace,
  };
}

function fileFormat(to: string, format: string | undefined): FileFormat {
  const known = Object.keys(FILE_SUFFIXES) as FileFormat[];
  if (format !== undefined) {
    const named = known.find((each) => each === format);
    if (named === undefined) throw new UsageError(`--format is ${known.join(', ')}, not ${format}.`);
    return named;
  }
  const found = known.find((each) => to.toLowerCase().endsWith(FILE_SUFFIXES[each]));
  if (found === undefined) throw new UsageError(`What ${to} shall be is not plain: it ends with ${Object.values(FILE_SUFFIXES).join(', ')}, or --format says it.`);
  return found;
}

function sampleOf({ sample, seed, by }: Flags): ExportInvocation['sample'] {
  if (sample === undefined) {
    if (seed !== undefined || by !== undefined) throw new UsageError('--seed and --by are of a sample, and --sample is not there.');
    return null;
  }
  return { rows: wholeNumber('--sample', sample), seed: wholeNumber('--seed', seed ?? '0'), by: by ?? null };
}

function fileSizeOf(flags: Flags): ExportInvocation['fileSize'] {
  const { 'rows-per-file': rows, 'bytes-per-file': bytes } = flags;
  if (rows !== undefined && bytes !== undefined) throw new UsageError('Files are of so many rows or of so many bytes; say one of both.');
  if (rows !== undefined) return { unit: 'rows', size: wholeNumber('--rows-per-file', rows, 1) };
  return bytes === undefined ? null : { unit: 'bytes', size: wholeNumber('--bytes-per-file', bytes, 1) };
}

function wholeNumber(name: string, text: string, least = 0): number {
  const number = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number) || number < least) throw new UsageError(`${name} is a whole number from ${least} on, not ${text}.`);
  return number;
}
