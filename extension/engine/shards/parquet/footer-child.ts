import { open } from 'node:fs/promises';
import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { describeColumns } from '../parquet-pages/describe-columns.ts';
import { locatePages, readPageHeaders } from '../parquet-pages/locate-pages.ts';
import type { ChunkIndexes, ChunkRows, Footer, FooterQuestion } from './footer.ts';
import type { FooterAnswer } from './footer-children.ts';
import { countColumnRows } from './list-columns.ts';

/** Larger footers are not read a second time. */
const MAX_FOOTER = 64 * 1024 * 1024;
const TAIL = 8;

process.on('message', (message) => {
  const question = message as FooterQuestion;
  answer(question)
    .then(tell)
    // Whatever goes wrong, the parent only learns that there is no answer. A database that has failed is not asked again.
    .catch(() => (question.what === 'query' ? process.exit(1) : tell(undefined)));
});
process.once('disconnect', () => process.exit());

function tell(found: unknown): void {
  const told: FooterAnswer = { answer: found };
  process.send?.(told);
}

async function answer(question: FooterQuestion): Promise<unknown> {
  switch (question.what) {
    case 'footer':
      return footer(question);
    case 'query':
      return query(question);
    case 'lists':
      return countColumnRows(await metadataOf(question.path), question);
    case 'columns':
      return describeColumns(await metadataOf(question.path), question.columns, question.columnCount);
    case 'pages':
      return locatePages(question);
    case 'page-headers':
      return readPageHeaders(question.path, question.offsets);
  }
}

async function metadataOf(path: string): Promise<FileMetaData> {
  return parquetMetadata(await readTail(path), { geoparquet: false });
}

async function footer({ path, maxChunks }: FooterQuestion & { what: 'footer' }): Promise<Footer> {
  const metadata = await metadataOf(path);
  const pageIndexes = new Map<string, ChunkIndexes>();
  for (const [group, { columns }] of metadata.row_groups.entries()) {
    for (const [column, chunk] of columns.entries()) {
      if (pageIndexes.size >= maxChunks) break;
      pageIndexes.set(`${group}/${column}`, {
        columnIndexOffset: toNumber(chunk.column_index_offset),
        columnIndexLength: toNumber(chunk.column_index_length),
        offsetIndexOffset: toNumber(chunk.offset_index_offset),
        offsetIndexLength: toNumber(chunk.offset_index_length),
      });
    }
  }
  return { rowCounts: metadata.row_groups.map((group) => Number(group.num_rows)), pageIndexes };
}

async function query({ pattern, statements }: FooterQuestion & { what: 'query' }): Promise<ChunkRows> {
  // Loaded here only: the footer alone is answered without the native library.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '512MiB',
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const tables: (string | null)[][][] = [];
  for (const sql of statements) {
    const reader = await connection.runAndReadAll(sql, [pattern]);
    tables.push(reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value)))));
  }
  connection.closeSync();
  instance.closeSync();
  return tables;
}

/** The footer with its length and magic, as an ArrayBuffer of its own. */
async function readTail(path: string): Promise<ArrayBuffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(TAIL);
    await file.read(tail, 0, TAIL, size - TAIL);
    const length = tail.readUInt32LE(0) + TAIL;
    if (length > size || length > MAX_FOOTER) throw new Error('footer too large');
    const footer = new ArrayBuffer(length);
    await file.read(new Uint8Array(footer), 0, length, size - length);
    return footer;
  } finally {
    await file.close();
  }
}

function toNumber(value: bigint | number | undefined): number | null {
  return value === undefined ? null : Number(value);
}
