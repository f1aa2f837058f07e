import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';
import { textTable } from '../../../extension/engine/command-line/text-table.ts';
import { terminalText } from '../../../extension/engine/pages/terminal-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-cli-'));
const lines = join(folder, 'a.jsonl');
const parquet = join(folder, 'a.parquet');

beforeAll(async () => {
  process.env.XDG_CACHE_HOME = folder;
  writeFileSync(lines, '{"id": 12345678901234567890, "t": "x\\u001b[31m"}\n{"id": 1E5, "t": null}\n');
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (SELECT 99999999999999999999999999999999999999::DECIMAL(38,0) AS big, [1.5, 2.5] AS xs) TO '${parquet}' (FORMAT parquet)`);
  connection.closeSync();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loupe(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  const code = await run(argv, '0.1.0', terminal, new AbortController().signal);
  return { code, out, err };
}

describe('loupe head', () => {
  it('prints rows as a table, without sending control characters to the terminal', async () => {
    const { code, out } = await loupe('head', lines);
    expect(code).toBe(0);
    expect(out).toContain('12345678901234567890');
    expect(out).not.toContain('\u001b');
    expect(out.split('\n')).toHaveLength(4);
  });

  it('prints JSON with every digit', async () => {
    const { code, out } = await loupe('head', '-n', '1', '--format', 'json', lines, parquet);
    expect(code).toBe(0);
    const [first, second] = out.trim().split('\n');
    expect(first).toContain('"id": 12345678901234567890');
    expect(second).toContain('"big": 99999999999999999999999999999999999999');
    expect(JSON.parse(second!)).toMatchObject({ format: 'parquet', rows: 1, records: [{ xs: [1.5, 2.5] }] });
  });

  it('takes the columns that are named', async () => {
    expect((await loupe('head', '--columns', 'xs', '--format', 'json', parquet)).out).not.toContain('"big":');
    const { code, err } = await loupe('head', '--columns', 'nope', parquet);
    expect(code).toBe(1);
    expect(err).toContain('There is no column nope; there are big, xs.');
  });
});

describe('loupe schema', () => {
  it('prints types and rows', async () => {
    expect((await loupe('schema', parquet)).out).toMatch(/big: .*Decimal.*38/i);
    expect(JSON.parse((await loupe('schema', '--format', 'json', lines)).out)).toMatchObject({ format: 'jsonl', rows: 2, rowsComplete: true });
  });
});

describe('loupe stats', () => {
  it('prints a few lines a column, and never control characters', async () => {
    const { code, out } = await loupe('stats', lines);
    expect(code).toBe(0);
    expect(out).toContain('id  number');
    expect(out).toMatch(/min 100000(\.0)?, max 12345678901234567890/);
    expect(out).toContain('null 1 (50.0 %)');
    expect(out).toMatch(/top x.*: 1 \(50\.0 %\)/);
    expect(out).toMatch(/\u2588/);
    expect(out).not.toContain('\u001b');
  });

  it('prints JSON, of each file an object', async () => {
    const { code, out } = await loupe('stats', '--format', 'json', parquet, lines);
    expect(code).toBe(0);
    const [first, second] = out.trim().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(first).toMatchObject({
      format: 'parquet',
      rows: 1,
      statistics: [
        { column: ['big'], type: 'DECIMAL(38,0)', exact: true, min: '99999999999999999999999999999999999999', distinct: { count: 1, exact: true } },
        { column: ['xs'], ofLength: true, max: '2' },
      ],
    });
    expect(second).toMatchObject({ format: 'jsonl', statistics: [{ column: ['id'] }, { column: ['t'], nulls: 1 }] });
  });

  it('takes the columns that are named, with the fields inside them', async () => {
    const nested = join(folder, 'nested.jsonl');
    writeFileSync(nested, '{"a": {"b": 1, "c": [1, 2]}, "d": 1}\n{"a": {"c": [3]}}\n');
    const { out } = await loupe('stats', '--format', 'json', '--columns', 'a', nested);
    expect(JSON.parse(out)).toMatchObject({
      statistics: [
        { column: ['a'], rows: 2, nulls: 0, missing: 0 },
        { column: ['a', 'b'], min: '1', nulls: 1, missing: 1 },
        { column: ['a', 'c'], ofLength: true, min: '1', max: '2' },
      ],
    });
    const { code, err } = await loupe('stats', '--columns', 'nope', nested);
    expect(code).toBe(1);
    expect(err).toContain('There is no column nope; there are a, a.b, a.c, d.');
  });
});

describe('exit codes', () => {
  it('is 1 when a file cannot be read, and goes on with the others', async () => {
    const { code, out, err } = await loupe('head', join(folder, 'nope.jsonl'), lines);
    expect(code).toBe(1);
    expect(err).toContain('nope.jsonl');
    expect(out).toContain('12345678901234567890');
  });


  it('is 2 for arguments that make no sense', async () => {
    for (const argv of [[], ['tail', lines], ['head'], ['head', '-n', 'x', lines], ['head', '--format', 'xml', lines], ['head', '--nope', lines], ['stats'], ['stats', '--format', 'xml', lines]]) {
      const { code, err } = await loupe(...argv);
      expect(code, argv.join(' ')).toBe(2);
      expect(err).toContain('loupe head');
    }
  });

  it('is 0 for help and version', async () => {
    expect(await loupe('--version')).toEqual({ code: 0, out: '0.1.0\n', err: '' });
    expect((await loupe('--help')).code).toBe(0);
  });
});

describe('a table for a terminal', () => {
  it('narrows the widest columns until a line fits', () => {
    const table = textTable(['id', 'text'], [['1', 'x'.repeat(200)]], 40);
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(table).toContain('…');
  });
  it('shows control characters and direction marks, never sends them', () => {
    expect(terminalText('a\u001b]0;title\u0007\nb\u202e')).toBe('a␛]0;title␇␊b\ufffd');
  });
});
