import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import { askHeaders } from '../parquet-pages/ask-pages.ts';
import { queryFooter } from './footer.ts';
import type { ParquetFile } from './table.ts';

/** How writers name themselves that mark pages wrongly: Parquet C++ before Arrow 3.0. */
const OLD_WRITER = /parquet-cpp version [01]\./;

/** Column chunks that are looked at: the writer treats all alike. */
const LOOKED_AT = 32;

/**
 * Refuses a file whose compressed pages of the second version say that they are not compressed, as Arrow before 3.0 wrote
 * them (ARROW-10353): DuckDB 1.5.6 takes the compressed bytes for values and shows other ones.
 * @param tail the last bytes of the file
 * @throws LoupeError `unsupported`
 */
export async function checkPageMarks(file: ParquetFile, tail: Buffer, signal: AbortSignal): Promise<void> {
  if (!OLD_WRITER.test(tail.toString('latin1'))) return;
  const chunks = `SELECT data_page_offset FROM parquet_metadata($1) WHERE compression <> 'UNCOMPRESSED' AND num_values > 0 LIMIT ${LOOKED_AT}`;
  const [rows = []] = (await queryFooter(file.pattern, [chunks], signal)) ?? [];
  const headers = await askHeaders(file.path, rows.map(([offset]) => Number(offset)), signal);
  if (headers?.some(({ kind, isCompressed }) => kind === 'data-v2' && !isCompressed) !== true) return;
  throw new LoupeError(
    'unsupported',
    `${basename(file.path)} was written by Arrow before 3.0 with compressed pages that it marks as plain ones (ARROW-10353), which DuckDB reads as other values. pyarrow knows such files: pq.write_table(pq.read_table(old), new) mends it.`,
    { path: file.path },
  );
}
