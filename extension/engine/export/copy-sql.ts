import { quoteText } from '../duckdb/quote.ts';

/** Rows of a group where rows hold whole files: as few as DuckDB takes, so that a reader finds one without the others. */
const BIG_ROW_GROUP = 2_048;

/** What DuckDB writes by itself. */
export type CopyKind = 'parquet' | 'csv';

/** The statement that writes what a SELECT gives to a file. @param bigRows its rows hold pictures or other files */
export function copySql(select: string, path: string, kind: CopyKind, bigRows = false): string {
  const options = kind === 'csv' ? ['FORMAT csv', 'HEADER true'] : ['FORMAT parquet', 'COMPRESSION zstd', ...(bigRows ? [`ROW_GROUP_SIZE ${BIG_ROW_GROUP}`] : [])];
  return `COPY (${select}) TO ${quoteText(path)} (${options.join(', ')}, USE_TMP_FILE false)`;
}
