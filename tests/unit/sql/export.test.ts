import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';
import type { ExportFormat, SqlResult } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const SELECT = `SELECT 9007199254740993 + range AS id, 1.50::DECIMAL(38,4) AS price, 'a "b", ' || chr(10) || 'c' AS text, CASE range WHEN 1 THEN '' WHEN 2 THEN NULL ELSE 'x' END AS maybe,
  [range, NULL] AS list, {'f': range, 'g h': 'é'} AS facts, DATE '2024-01-02' AS day FROM range(3)`;

let engine: QueryEngine;
let shard: number;
let own: string;
let folder: string;

beforeAll(async () => {
  engine = await QueryEngine.start();
  own = await engine.parquet('own.parquet', SELECT);
  shard = (await engine.open(own)).shard;
  folder = join(engine.folder, 'exports');
  await mkdir(folder);
});

afterAll(() => engine.stop());

function run(sql: string): Promise<SqlResult> {
  return engine.request('shard/sql', { shard, sql });
}

async function write(name: string, format: ExportFormat, sql = 'SELECT * FROM shard'): Promise<string> {
  const { sqlResult, rows } = await run(sql);
  const path = join(folder, name);
  const written = await engine.request('shard/sqlExport', { shard, sqlResult, path, format });
  expect(written).toEqual({ rows, bytes: (await readFile(path)).length });
  return path;
}

describe('an export', () => {
  it('as Parquet is the table itself', async () => {
    const path = await write('out.parquet', 'parquet');
    const difference = `SELECT count(*)::INTEGER FROM (SELECT * FROM read_parquet(${quoteText(own)}) EXCEPT SELECT * FROM read_parquet(${quoteText(path)}))`;
    expect((await query(difference, [])).columns).toEqual([[0]]);
    const types = (await query(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`, [])).columns[1];
    expect(types).toEqual((await query(`DESCRIBE SELECT * FROM read_parquet(${quoteText(own)})`, [])).columns[1]);
  });

  it('as JSON Lines keeps every digit', async () => {
    const lines = (await readFile(await write('out.jsonl', 'jsonl'), 'utf8')).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('{"id": 9007199254740993, "price": 1.5000, "text": "a \\"b\\", \\nc", "maybe": "x", "list": [0, null], "facts": {"f": 0, "g h": "é"}, "day": "2024-01-02"}');
    expect(lines[3]).toBe('');
  });

  it('as CSV tells null from empty text', async () => {
    const text = await readFile(await write('out.csv', 'csv', 'SELECT id, text, maybe, list FROM shard'), 'utf8');
    expect(text).toBe(
      ['id,text,maybe,list', '9007199254740993,"a ""b"", \nc",x,"[0, null]"', '9007199254740994,"a ""b"", \nc","","[1, null]"', '9007199254740995,"a ""b"", \nc",,"[2, null]"', ''].join('\r\n'),
    );
  });

  it('gives columns of one name numbers', async () => {
    const path = await write('names.parquet', 'parquet', 'SELECT id, id, 1 AS "Id" FROM shard');
    expect((await query(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`, [])).columns[0]).toEqual(['id', 'id_1', 'Id_2']);
  });

  it('as Parquet keeps 128-bit numbers, which DuckDB would write as doubles', async () => {
    const path = await write('wide.parquet', 'parquet', "SELECT 99999999999999999999999999999999999999::HUGEINT AS fits, 170141183460469231731687303715884105727::HUGEINT AS too_wide, INTERVAL '1 day 3 microseconds' AS span");
    expect((await query(`SELECT fits::VARCHAR, too_wide, span, typeof(fits) FROM read_parquet(${quoteText(path)})`, [])).columns).toEqual([
      ['99999999999999999999999999999999999999'],
      ['170141183460469231731687303715884105727'],
      ['1 day 00:00:00.000003'],
      ['DECIMAL(38,0)'],
    ]);
  });

  it('replaces a file, but never the open one, by whatever name', async () => {
    await writeFile(join(folder, 'old.csv'), 'old');
    expect(await readFile(await write('old.csv', 'csv', 'SELECT 1 AS one'), 'utf8')).toBe('one\r\n1\r\n');
    const { sqlResult } = await run('SELECT 1 AS one');
    const before = await readFile(own);
    await link(own, join(folder, 'other-name.parquet'));
    for (const path of [own, join(folder, '..', 'own.parquet'), join(folder, 'other-name.parquet')]) {
      await expect(engine.request('shard/sqlExport', { shard, sqlResult, path, format: 'parquet' })).rejects.toThrow(/is a file that is open here/);
    }
    expect(await readFile(own)).toEqual(before);
  });

  it('leaves nothing behind where it cannot be', async () => {
    const { sqlResult } = await run('SELECT * FROM shard');
    await expect(engine.request('shard/sqlExport', { shard, sqlResult, path: join(folder, 'no', 'x.csv'), format: 'csv' })).rejects.toMatchObject({ code: 'not-found' });
    const big = await run('SELECT range AS id FROM range(900_000)');
    const stop = new AbortController();
    const path = join(folder, 'cancelled.jsonl');
    const writing = engine.request('shard/sqlExport', { shard, sqlResult: big.sqlResult, path, format: 'jsonl' }, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readdir(folder)).filter((name) => name.includes('cancelled') || name.endsWith('.part'))).toEqual([]);
  });
});

describe('a copied result', () => {
  it.each([
    ['json', '{"id": 9007199254740993, "maybe": "x"}\n{"id": 9007199254740994, "maybe": ""}\n{"id": 9007199254740995, "maybe": null}'],
    ['csv', 'id,maybe\r\n9007199254740993,x\r\n9007199254740994,""\r\n9007199254740995,'],
    ['markdown', '| id | maybe |\n| --- | --- |\n| 9007199254740993 | x |\n| 9007199254740994 |  |\n| 9007199254740995 |  |'],
  ] as const)('as %s', async (format, text) => {
    const { sqlResult } = await run('SELECT id, maybe FROM shard');
    expect(await engine.request('shard/sqlCopy', { shard, sqlResult, format })).toEqual({ text });
  });
});
