import { quoteText } from '../duckdb/quote.ts';

/** Rows of a group where rows hold whole files: as few as DuckDB takes, so that a reader finds one without the others. */
const BIG_ROW_GROUP = 2_048;

/** What DuckDB writes by itself. Of JSON Lines the statement makes the text of each line. */
export type CopyKind = 'parquet' | 'csv' | 'jsonl';

const OPTIONS: Readonly<Record<CopyKind, readonly string[]>> = {
  parquet: ['FORMAT parquet', 'COMPRESSION zstd'],
  csv: ['FORMAT csv', 'HEADER true'],
  // One column as it is: nothing is put into quotes, and no line has the delimiter, which JSON escapes.
  jsonl: ['FORMAT csv', 'HEADER false', "QUOTE ''", "ESCAPE ''", "DELIMITER E'\\x01'"],
};

/** The statement that writes what a SELECT gives to a file. @param bigRows its rows hold pictures or other files */
export function copySql(select: string, path: string, kind: CopyKind, bigRows = false): string {
  const options = [...OPTIONS[kind], ...(bigRows && kind === 'parquet' ? [`ROW_GROUP_SIZE ${BIG_ROW_GROUP}`] : [])];
  return `COPY (${select}) TO ${quoteText(path)} (${options.join(', ')}, USE_TMP_FILE false)`;
}
