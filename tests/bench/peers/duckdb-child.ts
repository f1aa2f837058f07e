/** DuckDB called directly, in a process of its own as every contender is; answers with milliseconds of its own clock. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [database = ':memory:'] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, { memory_limit: '1GiB', threads: '2', temp_directory: join(tmpdir(), 'loupe-bench-spill') });
const connection = await instance.connect();

process.on('message', (statements: readonly string[]) => {
  void answer(statements).then(
    (told) => process.send?.(told),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function answer(statements: readonly string[]): Promise<{ readonly ms: number; readonly results: readonly unknown[] }> {
  const begin = performance.now();
  const results: unknown[] = [];
  for (const sql of statements) results.push((await connection.runAndReadAll(sql)).getRows());
  return { ms: performance.now() - begin, results };
}
