import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CopyFormat } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const RECORDS = [
  '{"id":12345678901234567890, "text":"a|b\\\\c\\nd <br>","n":1.50, "tags":["x","y|z"]}',
  '{"id":2, "text":"say \\"hi\\", you","n":1e400}',
  '{"id":3, "text":"","n":null, "tags":{"k":"=1+1"}}',
  '{"id":4, "text":"=SUM(A1)","n":-0.0, "tags":" spaced "}',
];

let engine: QueryEngine;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const path = join(engine.folder, 'rows.jsonl');
  await writeFile(path, RECORDS.map((record) => `${record}\n`).join(''));
  shard = (await engine.open(path)).shard;
});

afterAll(() => engine.stop());

async function copied(format: CopyFormat, columns: readonly number[], end = RECORDS.length): Promise<string> {
  return (await engine.request('shard/copy', { shard, start: 0, end, columns, format, bare: false })).text;
}

it('is JSON as the file writes it', async () => {
  expect(await copied('json', [0, 1, 2, 3])).toBe(RECORDS.join('\n'));
});

it('is CSV with every digit, quotes doubled, null empty and empty text quoted, and formulas as they are', async () => {
  expect(await copied('csv', [0, 1, 2, 3])).toBe(
    [
      'id,text,n,tags',
      '12345678901234567890,"a|b\\c\nd <br>",1.50,"[""x"", ""y|z""]"',
      '2,"say ""hi"", you",1e400,',
      '3,"",,"{""k"": ""=1+1""}"',
      '4,=SUM(A1),-0.0," spaced "',
    ].join('\r\n'),
  );
});

it('is CSV with a line for a row of nothing', async () => {
  expect(await copied('csv', [2])).toBe(['n', '1.50', '1e400', '""', '-0.0'].join('\r\n'));
});

it('is a table of Markdown whose cells end where they end', async () => {
  expect(await copied('markdown', [0, 1, 3], 2)).toBe(
    ['| id | text | tags |', '| --- | --- | --- |', '| 12345678901234567890 | a\\|b\\\\c<br>d \\<br> | ["x", "y\\|z"] |', '| 2 | say "hi", you |  |'].join('\n'),
  );
});

it('has its header alone where there are no rows', async () => {
  expect(await copied('csv', [0, 1], 0)).toBe('id,text');
});

it('goes on over many rows', async () => {
  const path = await engine.parquet('many.parquet', 'SELECT range AS id FROM range(1_000)');
  const many = await engine.open(path);
  const { text } = await engine.request('shard/copy', { shard: many.shard, start: 10, end: 1_000, columns: [0], format: 'csv', bare: false });
  expect(text).toBe(['id', ...Array.from({ length: 990 }, (_, i) => String(i + 10))].join('\r\n'));
});
