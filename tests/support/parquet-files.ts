import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MiB' });

/** Writes what a SELECT gives with DuckDB's own writer; `options` are those of COPY. */
export async function writeParquet(path: string, select: string, options: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, ${options})`);
  } finally {
    connection.closeSync();
  }
}
