import type { ColumnPath, Query } from './queries.ts';

/** What leaves Loupe as a file: rows of an open table, and a card that describes it. */

/**
 * What an export is written as. `tar`: a WebDataset; `ids`: one id a line; `npy`: uids of 32 hexadecimal digits as DataComp
 * lists them, sorted pairs of 64 bits.
 */
export type FileFormat = 'parquet' | 'jsonl' | 'jsonl.gz' | 'jsonl.zst' | 'csv' | 'tar' | 'ids' | 'npy';

/** What the files of a format end with. */
export const FILE_SUFFIXES: Readonly<Record<FileFormat, string>> = {
  parquet: '.parquet',
  jsonl: '.jsonl',
  'jsonl.gz': '.jsonl.gz',
  'jsonl.zst': '.jsonl.zst',
  csv: '.csv',
  tar: '.tar',
  ids: '.txt',
  npy: '.npy',
};

/** Rows taken at random, the same ones for the same seed wherever and whenever it is done. */
export interface ExportSample {
  readonly rows: number;
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Every value of this column has the share in the sample that it has in the rows. */
  readonly by?: ColumnPath;
}

/** What columns of a table become in a format that has no columns. */
export interface ExportRoles {
  /** The ids of a list, or the keys of a WebDataset's samples. */
  readonly key?: string;
  /** The text of a WebDataset's samples: their `.txt`. */
  readonly text?: string;
}

/** Which rows and columns of an open table are written, as what, and where. */
export interface ExportWish {
  /** What the view shows, in its order. */
  readonly query: Query;
  /** Of the view only rows at these positions, from and up to before. */
  readonly positions?: readonly (readonly [start: number, end: number])[];
  /** Of these only a sample, still in the order of the view. */
  readonly sample?: ExportSample;
  /** Columns by index, in this order; those of the files themselves where absent. */
  readonly columns?: readonly number[];
  readonly format: FileFormat;
  readonly roles?: ExportRoles;
  readonly path: string;
  /** Several files of about this size, named `name-00000-of-00010.jsonl`; bytes are those of the file, or of its lines before compression. */
  readonly fileSize?: { readonly unit: 'rows' | 'bytes'; readonly size: number };
  /** Files that are there may be replaced; never those that are open. */
  readonly replace: boolean;
}

/** What an export has written. */
export interface ExportSummary {
  readonly rows: number;
  readonly bytes: number;
  /** Paths of the first files. */
  readonly files: readonly string[];
  readonly fileCount: number;
  /** How values are written that the format has no form of its own for, in sentences. */
  readonly notes: readonly string[];
}

/** How far an export is, in rows. */
export interface ExportProgress {
  /** The number that its request gave it. */
  readonly export: number;
  /** What is done before rows are written, in words; absent while they are. */
  readonly label?: string;
  readonly done: number;
  readonly total: number;
}
