import type { ChunkQuestion } from '../parquet-pages/layout.ts';
import { askChild } from './footer-children.ts';

/** Where a column chunk's page indexes are, in bytes; null where it has none. */
export interface ChunkIndexes {
  readonly columnIndexOffset: number | null;
  readonly columnIndexLength: number | null;
  readonly offsetIndexOffset: number | null;
  readonly offsetIndexLength: number | null;
}

/** What the footer says beyond what DuckDB tells. */
export interface Footer {
  /** Rows of each row group, in file order. */
  readonly rowCounts: readonly number[];
  /** Page indexes by `row group/column`, both from 0, of the first column chunks. */
  readonly pageIndexes: ReadonlyMap<string, ChunkIndexes>;
}

/** The rows of each statement, as text. */
export type ChunkRows = readonly (readonly (readonly (string | null)[])[])[];

/** Top-level columns of one row group whose lists are to be counted. */
export interface ListQuestion {
  readonly path: string;
  readonly group: number;
  readonly columns: readonly number[];
  /** Top-level columns that the file has for DuckDB. */
  readonly columnCount: number;
}

/**
 * What the child process is asked: the footer by hyparquet, rows of DuckDB's metadata functions, how many rows list
 * columns hold, or where columns have their pages.
 */
export type FooterQuestion =
  | { readonly what: 'footer'; readonly path: string; readonly maxChunks: number }
  | ({ readonly what: 'lists' } & ListQuestion)
  | { readonly what: 'columns'; readonly path: string; readonly columns: readonly number[]; readonly columnCount: number }
  | ({ readonly what: 'pages' } & ChunkQuestion)
  | { readonly what: 'page-headers'; readonly path: string; readonly offsets: readonly number[] }
  | { readonly what: 'query'; readonly pattern: string; readonly statements: readonly string[] };

/** Column chunks whose page indexes are told. */
const MAX_CHUNKS = 5_000;

/**
 * The footer as hyparquet reads it. This happens in a child process: on a 212-byte file the
 * reader took all memory and aborted its process. Null when that happens, or when it takes too long.
 */
export async function readFooter(path: string, signal: AbortSignal): Promise<Footer | null> {
  const answer = await askChild<Footer>({ what: 'footer', path, maxChunks: MAX_CHUNKS }, signal);
  return answer ?? null;
}

/**
 * Rows of statements about the footer, `$1` being the file. They run in a child process too:
 * `parquet_metadata` of DuckDB 1.5.6 ends its process on some damaged statistics. Null when that happens.
 */
export async function queryFooter(pattern: string, statements: readonly string[], signal: AbortSignal): Promise<ChunkRows | null> {
  const answer = await askChild<ChunkRows>({ what: 'query', pattern, statements }, signal);
  return answer ?? null;
}

/**
 * Of each column asked for, the rows that its pages hold, at most those of the row group; null where that cannot be told.
 * It walks page headers, which is hyparquet's work too.
 */
export async function countListRows(question: ListQuestion, signal: AbortSignal): Promise<readonly (number | null)[]> {
  const answer = await askChild<readonly (number | null)[]>({ what: 'lists', ...question }, signal);
  return answer ?? question.columns.map(() => null);
}
