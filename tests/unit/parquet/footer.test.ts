import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queryFooter, readFooter } from '../../../extension/engine/shards/parquet/footer.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-footer-'));
const good = join(folder, 'good.parquet');
const bad = join(folder, 'bad.parquet');
const ROWS = 'SELECT sum(DISTINCT row_group_num_rows)::VARCHAR FROM parquet_metadata($1)';
const signal = new AbortController().signal;

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (SELECT i FROM range(7) t(i)) TO '${good}' (FORMAT parquet)`);
  connection.closeSync();
  writeFileSync(bad, 'PAR1 no footer at all PAR1');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('answers one question after the other, and several at once', async () => {
  for (let i = 0; i < 3; i++) expect((await readFooter(good, signal))?.rowCounts).toEqual([7]);
  const answers = await Promise.all([1, 2, 3, 4].map(() => queryFooter(good, [ROWS], signal)));
  expect(answers).toEqual(Array.from({ length: 4 }, () => [[['7']]]));
});

it('has no answer for a file without a footer, and the next file gets its own', async () => {
  expect(await readFooter(bad, signal)).toBeNull();
  expect(await queryFooter(bad, [ROWS], signal)).toBeNull();
  expect((await readFooter(good, signal))?.rowCounts).toEqual([7]);
  expect(await queryFooter(good, [ROWS], signal)).toEqual([[['7']]]);
});

it('gives up a question that is cancelled, and never takes its answer for that of the next', async () => {
  const controller = new AbortController();
  const cancelled = queryFooter(good, ['SELECT count(*)::VARCHAR FROM range(100_000_000_000), parquet_metadata($1)'], controller.signal);
  controller.abort();
  expect(await cancelled).toBeNull();
  expect(await queryFooter(good, [ROWS], signal)).toEqual([[['7']]]);
});
