/** DuckDB called directly, in a process of its own as every contender is; answers with milliseconds of its own clock. */
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' });
const connection = await instance.connect();

process.on('message', (request: { path: string; start: number; count: number }) => {
  const begin = performance.now();
  void connection
    .runAndReadAll(`SELECT * FROM read_parquet('${request.path.replaceAll("'", "''")}') LIMIT ${request.count} OFFSET ${request.start}`)
    .then((reader) => reader.getRows())
    .then(() => process.send?.(performance.now() - begin));
});
