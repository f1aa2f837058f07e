import { WorkQueue } from '../../images/work-queue.ts';
import { askChild } from '../parquet/footer-children.ts';
import type { FooterQuestion } from '../parquet/footer.ts';
import type { ChunkPages, ChunkQuestion, ColumnLayout, PageHeader } from './layout.ts';

/** Questions asked at the same time: each takes a process, and a screen of pictures asks dozens. */
const questions = new WorkQueue(2);

/** What the footer says of columns; null for each that it does not describe well enough, or when the child finds no answer. */
export async function askColumns(path: string, columns: readonly number[], columnCount: number, signal: AbortSignal): Promise<readonly (ColumnLayout | null)[]> {
  const answer = await ask<readonly (ColumnLayout | null)[]>({ what: 'columns', path, columns, columnCount }, signal);
  return answer ?? columns.map(() => null);
}

/** Where a chunk's pages are; null when the child cannot tell. */
export function askPages(question: ChunkQuestion, signal: AbortSignal): Promise<ChunkPages | null> {
  return ask<ChunkPages>({ what: 'pages', ...question }, signal);
}

/** The headers of the pages at these offsets; null when one of them is none. */
export function askHeaders(path: string, offsets: readonly number[], signal: AbortSignal): Promise<readonly PageHeader[] | null> {
  return ask<readonly PageHeader[]>({ what: 'page-headers', path, offsets }, signal);
}

/** @throws the signal's reason: an answer that was not waited for is none */
async function ask<T>(question: FooterQuestion, signal: AbortSignal): Promise<T | null> {
  const answer = await questions.run(() => askChild<T>(question, signal), signal);
  signal.throwIfAborted();
  return answer ?? null;
}
