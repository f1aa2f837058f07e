import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { countColumnRows, leavesOf } from '../../extension/engine/shards/parquet/list-columns.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';

/** What DuckDB 1.5.6 could not read of a file. */
interface Refusal {
  readonly read_error?: string;
  readonly footer_error?: string;
}

/** Row groups looked at in each file. */
const MAX_GROUPS = 6;

const corpus = corpusFolder();
if (corpus === null) reportSkipped('parquet', 'rows of list columns');

describe.skipIf(corpus === null)('list columns of the corpus', () => {
  it('hold the rows that their row groups declare', { timeout: 600_000 }, () => {
    const oracle = readOracle<Record<string, { readonly duckdb: Refusal }>>(corpus ?? '', 'parquet/oracle.json');
    let counted = 0;
    for (const [file, { duckdb }] of Object.entries(oracle)) {
      if (duckdb.read_error !== undefined || duckdb.footer_error !== undefined) continue;
      const path = join(corpus ?? '', file);
      const metadata = footerOf(path);
      if (metadata === null) continue;
      const columns = [...new Set(leavesOf(metadata.schema).flatMap(({ column, maxRepetition }) => (maxRepetition > 0 ? [column] : [])))];
      for (const [group, { num_rows: rows }] of metadata.row_groups.slice(0, MAX_GROUPS).entries()) {
        const question = { path, group, columns, columnCount: metadata.schema[0]?.num_children ?? 0 };
        expect(countColumnRows(metadata, question), `${file}, row group ${group}`).toEqual(columns.map(() => Number(rows)));
        counted += columns.length;
      }
    }
    console.log(`parquet: ${counted} list columns of row groups hold the rows that the footer declares`);
    expect(counted).toBeGreaterThan(80);
  });
});

/** Null for a footer that hyparquet does not take: the engine then seeks in no list of that file. */
function footerOf(path: string): ReturnType<typeof parquetMetadata> | null {
  try {
    const bytes = readFileSync(path);
    return parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), { geoparquet: false });
  } catch {
    return null;
  }
}
