import { askChild } from '../parquet/footer-children.ts';
import type { ChunkPages, ChunkQuestion, ColumnLayout, PageHeader } from './layout.ts';

/** What the footer says of columns; null for each that it does not describe well enough, or when the child finds no answer. */
export async function askColumns(path: string, columns: readonly number[], columnCount: number, signal: AbortSignal): Promise<readonly (ColumnLayout | null)[]> {
  const answer = await askChild<readonly (ColumnLayout | null)[]>({ what: 'columns', path, columns, columnCount }, signal);
  return answer ?? columns.map(() => null);
}

/** Where a chunk's pages are; null when the child cannot tell. */
export async function askPages(question: ChunkQuestion, signal: AbortSignal): Promise<ChunkPages | null> {
  return (await askChild<ChunkPages>({ what: 'pages', ...question }, signal)) ?? null;
}

/** The headers of the pages at these offsets; null when one of them is none. */
export async function askHeaders(path: string, offsets: readonly number[], signal: AbortSignal): Promise<readonly PageHeader[] | null> {
  return (await askChild<readonly PageHeader[]>({ what: 'page-headers', path, offsets }, signal)) ?? null;
}
