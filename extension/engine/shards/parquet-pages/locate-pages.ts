import { closeSync, openSync } from 'node:fs';
import { readOffsetIndex } from 'hyparquet/src/indexes.js';
import type { ChunkPages, ChunkQuestion, PageHeader, PageLocation } from './layout.ts';
import { MAX_PAGES } from './layout.ts';
import { readAt, readPageHeader } from './page-header.ts';
import { walkPages } from './walk-pages.ts';

/** Larger offset indexes are not read; the pages are walked instead. */
const MAX_INDEX = 16 * 1024 * 1024;
const HEADER_READ = 512;

/** Where the pages of a chunk are: by its offset index where it has one, else by walking their headers. @throws where neither helps */
export function locatePages(question: ChunkQuestion): ChunkPages {
  const file = openSync(question.path, 'r');
  try {
    return indexedPages(file, question) ?? walkedPages(file, question);
  } finally {
    closeSync(file);
  }
}

/** The headers of the pages at these offsets. @throws where one is none */
export function readPageHeaders(path: string, offsets: readonly number[]): PageHeader[] {
  const file = openSync(path, 'r');
  try {
    return offsets.map((offset) => readPageHeader(file, offset, HEADER_READ).header);
  } finally {
    closeSync(file);
  }
}

/** Null where there is no index, or none that describes pages of these rows that follow one another. */
function indexedPages(file: number, { chunk, rows }: ChunkQuestion): ChunkPages | null {
  const { offsetIndex: place } = chunk;
  if (place === null || place.length === 0 || place.length > MAX_INDEX) return null;
  const bytes = readAt(file, place.offset, place.length);
  const { page_locations: found } = readOffsetIndex({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 });
  if (found.length > MAX_PAGES) return null;
  const pages = found.map((page): PageLocation => ({
    offset: Number(page.offset),
    size: page.compressed_page_size,
    firstRow: Number(page.first_row_index),
    continues: false,
    header: null,
  }));
  if (!areInOrder(pages, chunk.start, rows)) return null;
  const dictionary = dictionaryBefore(file, chunk.start, pages[0]?.offset ?? chunk.start);
  return dictionary === 'damaged' ? null : { dictionary, pages, bytesRead: bytes.length + (dictionary === null ? 0 : HEADER_READ) };
}

function areInOrder(pages: readonly PageLocation[], start: number, rows: number): boolean {
  let [offset, row] = [start, -1];
  for (const page of pages) {
    const isFirst = row === -1;
    if (!Number.isSafeInteger(page.offset) || page.offset < offset || page.size <= 0) return false;
    if (isFirst ? page.firstRow !== 0 : page.firstRow <= row) return false;
    offset = page.offset + page.size;
    row = page.firstRow;
  }
  return pages.length > 0 && row < rows;
}

/** What stands before the first data page. */
function dictionaryBefore(file: number, start: number, end: number): PageLocation | null | 'damaged' {
  if (start === end) return null;
  const { header } = readPageHeader(file, start, HEADER_READ);
  const size = header.length + header.compressed;
  if (header.kind !== 'dictionary' || start + size > end) return 'damaged';
  return { offset: start, size, firstRow: 0, continues: false, header };
}

function walkedPages(file: number, { chunk, maxRepetition }: ChunkQuestion): ChunkPages {
  let dictionary: PageLocation | null = null;
  const pages: PageLocation[] = [];
  let firstRow = 0;
  let bytesRead = 0;
  for (const { offset, size, header, rows, continues, bytesRead: read } of walkPages(file, { ...chunk, maxRepetition })) {
    const page = { offset, size, firstRow, continues, header };
    bytesRead += read;
    firstRow += rows;
    if (header.kind === 'dictionary') dictionary ??= page;
    else if (header.kind !== 'other') pages.push(page);
  }
  return { dictionary, pages, bytesRead };
}
