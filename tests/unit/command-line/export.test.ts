import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-cli-export-'));
const lines = join(folder, 'a.jsonl');
const to = (name: string): string => join(folder, name);

beforeAll(() => {
  process.env.XDG_CACHE_HOME = folder;
  writeFileSync(lines, Array.from({ length: 40 }, (_, i) => `{"id": ${i}, "score": ${i % 10}.50, "group": "${i % 4 === 0 ? 'rare' : 'usual'}"}`).join('\n'));
  writeFileSync(to('b.jsonl'), '{"id": 40, "score": 0, "group": "usual"}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loupe(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  return { code: await run(argv, '0.1.0', terminal, new AbortController().signal), out, err };
}

describe('loupe export', () => {
  it('filters, sorts, chooses columns and says what it wrote', async () => {
    const { code, out, err } = await loupe('export', lines, '--to', to('out.jsonl'), '--where', 'score > 8.5', '--sort', '-score,-id', '--columns', 'score,id');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(readFileSync(to('out.jsonl'), 'utf8')).toBe('{"score": 9.50, "id": 39}\n{"score": 9.50, "id": 29}\n{"score": 9.50, "id": 19}\n{"score": 9.50, "id": 9}\n');
    expect(err).toContain('4 rows in a file');
  });

  it('shows on a screen how far it is, and takes that away', async () => {
    const shown: string[] = [];
    const terminal = { out: () => undefined, err: () => undefined, width: 0, status: (text: string) => void shown.push(text) };
    expect(await run(['export', lines, '--to', to('shown.jsonl')], '0.1.0', terminal, new AbortController().signal)).toBe(0);
    expect(shown[0]).toMatch(/^[A-Z][a-z ]+: \d+ %$/);
    expect(shown.at(-1)).toBe('');
  });

  it('takes several files as one table, and gives several', async () => {
    expect(await loupe('export', lines, to('b.jsonl'), '--to', to('all.jsonl'), '--rows-per-file', '30')).toMatchObject({ code: 0, err: expect.stringContaining('41 rows in 2 files') as string });
    expect(readFileSync(to('all-00001-of-00002.jsonl'), 'utf8').trim().split('\n')).toHaveLength(11);
  });

  it('takes the same sample every time, by shares where it is told to', async () => {
    const sample = async (name: string, seed: string): Promise<string> => {
      expect((await loupe('export', lines, '--to', to(name), '--sample', '8', '--seed', seed, '--by', 'group', '--format', 'jsonl')).code).toBe(0);
      return readFileSync(to(name), 'utf8');
    };
    const first = await sample('s1', '5');
    expect(first.match(/rare/g)).toHaveLength(2);
    expect(first.match(/usual/g)).toHaveLength(6);
    expect(await sample('s2', '5')).toBe(first);
    expect(await sample('s3', '6')).not.toBe(first);
  });

  it('replaces a file when it is told to, and never what it reads', async () => {
    writeFileSync(to('there.csv'), 'old');
    expect(await loupe('export', lines, '--to', to('there.csv'))).toMatchObject({ code: 2, err: expect.stringContaining('is there already') as string });
    expect((await loupe('export', lines, '--to', to('there.csv'), '--replace', '--sort', 'id')).code).toBe(0);
    expect(readFileSync(to('there.csv'), 'utf8').startsWith('id,score,group\r\n0,0.50,rare\r\n')).toBe(true);
    expect(await loupe('export', lines, '--to', lines, '--replace')).toMatchObject({ code: 2, err: expect.stringContaining('is open here') as string });
  });

  it.each([
    [['export', lines], 'needs a file, and --to'],
    [['export', '--to', 'x.csv'], 'needs a file, and --to'],
    [['export', lines, '--to', 'x.doc'], 'is not plain'],
    [['export', lines, '--to', 'x', '--format', 'xml'], '--format is parquet'],
    [['export', lines, '--to', 'x.csv', '--seed', '1'], '--sample is not there'],
    [['export', lines, '--to', 'x.csv', '--sample', 'many'], '--sample is a whole number'],
    [['export', lines, '--to', 'x.csv', '--rows-per-file', '0'], '--rows-per-file is a whole number from 1 on'],
    [['export', lines, '--to', 'x.csv', '--rows-per-file', '1', '--bytes-per-file', '1'], 'one of both'],
    [['card'], 'needs a file'],
  ])('%j is wrong, and that is exit code 2', async (argv, words) => {
    expect(await loupe(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(words) as string });
  });

  it.each([
    [['--where', 'nope > 1'], 2, 'nope'],
    [['--columns', 'nope'], 2, 'There is no column nope'],
    [['--by', 'nope', '--sample', '3'], 2, 'There is no column nope'],
  ])('%j is exit code %i', async (argv, code, words) => {
    expect(await loupe('export', lines, '--to', to('never.csv'), ...argv)).toMatchObject({ code, err: expect.stringContaining(words) as string });
    expect(readdirSync(folder)).not.toContain('never.csv');
  });

  it('tells a file that cannot be read or written by exit code 1', async () => {
    expect((await loupe('export', to('gone.jsonl'), '--to', to('never.csv'))).code).toBe(1);
    expect((await loupe('export', lines, '--to', join(folder, 'no', 'never.csv'))).code).toBe(1);
  });
});

describe('loupe card', () => {
  it('prints a card, or writes it where nothing is yet', async () => {
    const { code, out } = await loupe('card', lines);
    expect(code).toBe(0);
    expect(out).toMatch(/^---\nsize_categories:\n- n<1K\n/);
    expect(out).toContain('40 rows in one file (jsonl, ');
    expect((await loupe('card', lines, '--to', to('README.md'))).code).toBe(0);
    expect(readFileSync(to('README.md'), 'utf8')).toBe(out);
    expect(await loupe('card', lines, '--to', to('README.md'))).toMatchObject({ code: 2, err: expect.stringContaining('is there already') as string });
  });
});
