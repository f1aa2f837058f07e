import { BLOB, BIGINT, DuckDBDataChunk, blobValue, type DuckDBValue } from '@duckdb/node-api';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { withConnection } from '../duckdb/session.ts';
import { query } from '../duckdb/session.ts';
import type { RowNumbers } from './chosen-rows.ts';
import type { ExportJob } from './job.ts';

/** Rows that are read at a time: they hold whole files. */
const BATCH = 64;

/**
 * Fills a table with the bytes that only the reader has: `place`, the position of the row, and `b0`, `b1`, ... for the
 * columns. DuckDB spills to its folder what does not fit into its memory.
 * @throws LoupeError
 */
export async function fillReaderBytes(job: ExportJob, table: string, columns: readonly number[], numbers: RowNumbers): Promise<void> {
  const { shard, circumstances: { signal } } = job;
  await query(`CREATE TABLE ${table} (place BIGINT, ${columns.map((_, at) => `b${at} BLOB`).join(', ')})`, [], { signal });
  const indices = columns.map((at) => job.columns[at]?.index ?? 0);
  await withConnection(
    async (connection) => {
      const appender = await connection.createAppender(table);
      try {
        for (let start = 0; start < numbers.length; start += BATCH) {
          signal.throwIfAborted();
          const rows = numbers.slice(start, start + BATCH);
          const values = await shard.readRows({ rows, columns: indices, limits: WHOLE_LIMITS }, signal);
          const chunk = DuckDBDataChunk.create([BIGINT, ...columns.map(() => BLOB)], rows.length);
          chunk.setColumns([rows.map((_, at) => BigInt(start + at)), ...values.map((column) => column.map((value) => bytesOf(job, value)))]);
          appender.appendDataChunk(chunk);
          appender.flushSync();
          job.circumstances.report('Reading members', start + rows.length, numbers.length);
        }
      } finally {
        appender.closeSync();
      }
    },
    { signal },
  );
}

/** A member's bytes; of one that was read as text its text. */
function bytesOf({ shard }: ExportJob, value: Value): DuckDBValue {
  if (value === null || (typeof value === 'object' && value.type === 'missing')) return null;
  if (typeof value === 'string') return blobValue(Buffer.from(value));
  if (typeof value === 'object' && value.type === 'bytes' && value.head.length === value.size) return blobValue(value.head);
  throw new LoupeError('too-large', 'A member is larger than Loupe holds at once; leave its column or its row out.', { path: shard.state().path });
}
