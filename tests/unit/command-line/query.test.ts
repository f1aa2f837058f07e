import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-cli-query-'));
const lines = join(folder, 'a.jsonl');
const damaged = join(folder, 'damaged.jsonl.gz');

beforeAll(() => {
  process.env.XDG_CACHE_HOME = folder;
  const records = Array.from({ length: 2_500 }, (_, i) => `{"id": ${i === 0 ? '12345678901234567890' : i}, "t": ${i % 2 === 0 ? '"even \\u001b[31m"' : '"o,dd"'}}`);
  writeFileSync(lines, `${records.join('\n')}\n`);
  const whole = gzipSync(records.join('\n'));
  writeFileSync(damaged, whole.subarray(0, whole.length / 2));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function query(sql: string, ...more: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  const code = await run(['query', sql, ...more], '0.1.0', terminal, new AbortController().signal);
  return { code, out, err };
}

it('prints a table, without sending control characters to the terminal', async () => {
  const { code, out, err } = await query('SELECT t, count(*) AS n FROM shard GROUP BY t ORDER BY t DESC', lines);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([['t', 'n'], ['o,dd', '1250'], ['even ␛[31m', '1250'], ['']]);
});

it('prints the first rows only as a table, and says so', async () => {
  const { code, out, err } = await query('SELECT id FROM shard', '-n', '3', lines);
  expect(code).toBe(0);
  expect(out.trim().split('\n')).toEqual(['id', '12345678901234567890', '1', '2']);
  expect(err).toContain('3 of 2500 rows');
});

it.each([
  ['jsonl', '{"id": 12345678901234567890, "t": "even \\u001b[31m"}\n{"id": 1, "t": "o,dd"}\n'],
  ['csv', 'id,t\r\n12345678901234567890,even \u001b[31m\r\n1,"o,dd"\r\n'],
  ['json', '{"columns":[{"name":"id","type":"HUGEINT"},{"name":"t","type":"VARCHAR"}],"rows":2,"records":[{"id": 12345678901234567890, "t": "even \\u001b[31m"},{"id": 1, "t": "o,dd"}]}\n'],
])('prints %s with every digit', async (format, expected) => {
  const { code, out } = await query('SELECT * FROM shard LIMIT 2', '--format', format, lines);
  expect(code).toBe(0);
  expect(out).toBe(expected);
});

it('prints every row', async () => {
  const { out } = await query('SELECT id FROM shard WHERE id < 2500', '--format', 'csv', lines);
  expect(out.trim().split('\r\n').slice(1).map(Number)).toEqual(Array.from({ length: 2_499 }, (_, i) => i + 1));
});

it('tells what is wrong with the statement by the exit code 2', async () => {
  expect(await query('SELECT nope FROM shard', lines)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/line 1, column 8.*"nope".*"id", "t"/) as string });
  expect(await query('DROP TABLE shard', lines)).toMatchObject({ code: 2, err: expect.stringContaining('only SELECT') as string });
});

it('tells what is wrong with a file by the exit code 1', async () => {
  expect(await query('SELECT 1', join(folder, 'gone.jsonl'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('gone.jsonl') as string });
  const part = await query('SELECT count(*) > 10 AS some FROM shard', '--format', 'csv', damaged);
  expect(part).toMatchObject({ code: 1, out: 'some\r\ntrue\r\n', err: expect.stringContaining('cut off') as string });
});

it('tells what is wrong with the arguments by the exit code 2', async () => {
  expect(await query('SELECT 1')).toMatchObject({ code: 2, err: expect.stringContaining('needs a statement and a file') as string });
  expect(await query('SELECT 1', '--format', 'xml', lines)).toMatchObject({ code: 2, err: expect.stringContaining('--format is text, json, jsonl, csv') as string });
});
