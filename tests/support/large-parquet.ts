import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** More rows than a file may have that is scanned from its beginning, in few bytes. */
const ROWS = 1_048_576;
const ROW_GROUP = 524_288;

/** What the pages are written as, the least damage-proof first. */
const WRITINGS = [
  ['snappy', 'V1'],
  ['uncompressed', 'V1'],
  ['uncompressed', 'V2'],
  ['zstd', 'V2'],
  ['lz4_raw', 'V1'],
  ['gzip', 'V1'],
  ['brotli', 'V1'],
] as const;

const COLUMNS = `(i // 50000)::INTEGER AS id, [1, 2] AS pair, CASE WHEN i % 400000 < 1000 THEN [i % 3, NULL] END AS some,
  [[1], [2, 3]] AS nested, MAP {'k': 1} AS map, {'l': ['x'], 'n': 1} AS record`;

/** Parquet files with every kind of list, whose rows are sought by their number. */
export async function largeListFiles(folder: string): Promise<string[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const paths: string[] = [];
  for (const [codec, version] of WRITINGS) {
    const path = join(folder, `lists-${codec}-${version}.parquet`);
    const options = `FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE ${ROW_GROUP}`;
    await connection.run(`COPY (SELECT ${COLUMNS} FROM range(${ROWS}) t(i)) TO '${path}' (${options})`);
    paths.push(path);
  }
  connection.closeSync();
  return paths;
}
