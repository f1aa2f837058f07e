import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';
import { recordLines } from '../../../extension/journal/record.ts';
import { END, member } from '../webdataset/archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-apply-'));
beforeAll(() => void (process.env.XDG_CACHE_HOME = folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loupe(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  const code = await run(argv, '0.1.0', terminal, new AbortController().signal);
  return { code, out, err };
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const read = (path: string): string => readFileSync(path, 'utf8');

describe('loupe apply', () => {
  it('does edits by number, with every digit, null and no value told apart', async () => {
    const shard = write('a.jsonl', '{"id": 1, "n": 12345678901234567890, "t": null}\n{"id": 2}\n{"id": 3}\n');
    const edits = write(
      'edits.jsonl',
      '{"row": 0, "column": "n", "old": 12345678901234567890, "new": 12345678901234567891}\n\n{"row": 0, "column": "t", "old": null}\n{"row": 1, "column": "t", "new": null}\n{"row": 2, "drop": true}\n',
    );
    expect(await loupe('apply', edits, shard)).toEqual({ code: 0, out: `${shard}: 4 edits saved\n`, err: '' });
    expect(read(shard)).toBe('{"id": 1, "n": 12345678901234567891}\n{"id": 2, "t": null}\n');
  });

  it('refuses where the old value is another one, and writes nothing', async () => {
    const shard = write('b.jsonl', '{"a": 1}\n{"a": 2}\n');
    const edits = write('b-edits.jsonl', '{"row": 0, "column": "a", "old": 1, "new": 5}\n{"row": 1, "column": "a", "old": 1, "new": 5}\n');
    const { code, err } = await loupe('apply', edits, shard);
    expect(code).toBe(1);
    expect(err).toContain('line 2: it holds another value');
    expect(read(shard)).toBe('{"a": 1}\n{"a": 2}\n');
  });

  it('finds rows by key in several shards', async () => {
    const [one, two] = [write('1.jsonl', '{"id": "x", "a": 1}\n'), write('2.jsonl', '{"id": "y", "a": {"b": [1]}}\n{"id": "y2"}\n')];
    const edits = write('k.jsonl', '{"key": "y", "column": ["a", "b", 0], "old": 1, "new": 2}\n{"key": "x", "column": "a", "old": 1, "new": "é"}\n');
    expect((await loupe('apply', '--key', 'id', edits, one, two)).code).toBe(0);
    expect([read(one), read(two)]).toEqual(['{"id": "x", "a": "é"}\n', '{"id": "y", "a": {"b": [2]}}\n{"id": "y2"}\n']);
    const unknown = write('u.jsonl', '{"key": "y2", "column": "a", "new": 2}\n{"key": "z", "column": "a", "new": 2}\n');
    expect(await loupe('apply', '--key', 'id', unknown, one, two)).toMatchObject({ code: 1, err: expect.stringContaining('Line 2 of the edits: no row has the key z') as string });
    expect(read(two)).not.toContain('"y2", "a"');
  });

  it('edits samples by their key', async () => {
    const shard = write('a.tar', Buffer.concat([member('a/1.txt', 'cat'), member('a/2.txt', 'dog'), END]));
    const edits = write('t.jsonl', '{"key": "a/2", "column": "txt", "old": "dog", "new": "a dog"}\n');
    expect((await loupe('apply', edits, shard)).code).toBe(0);
    expect(readFileSync(shard).equals(Buffer.concat([member('a/1.txt', 'cat'), member('a/2.txt', 'a dog'), END]))).toBe(true);
  });

  it('takes a journal', async () => {
    const shard = write('j.jsonl', '{"a": 1}\n');
    const step = (id: number, old: string, now: string): string => [...recordLines({ type: 'step', id, label: 'x', changes: [{ kind: 'cell', row: 0, path: ['a'], old: { json: old }, new: { json: now } }] })].join('');
    const journal = write('journal', `${step(1, '1', '2')}${step(2, '2', '3')}${[...recordLines({ type: 'undo', id: 2 })].join('')}`);
    expect((await loupe('apply', journal, shard)).code).toBe(0);
    expect(read(shard)).toBe('{"a": 2}\n');
  });

  it('names the line that cannot be read', async () => {
    const shard = write('n.jsonl', '{"a": 1}\n');
    for (const [line, why] of [['{"row": 0', 'no JSON'], ['[]', 'no JSON object'], ['{"column": "a"}', '"row"'], ['{"row": 1.5, "column": "a"}', '"row"'], ['{"row": 0}', '"column"']] as const) {
      const { code, err } = await loupe('apply', write('bad.jsonl', `\n${line}\n`), shard);
      expect([code, err], line).toEqual([1, expect.stringContaining('Line 2')]);
      expect(err).toContain(why);
    }
    expect((await loupe('apply', join(folder, 'nope'), shard)).code).toBe(1);
    expect((await loupe('apply', shard)).code).toBe(2);
  });
});

describe('loupe diff', () => {
  it('writes the edits that apply makes the second file of the first with', async () => {
    const before = '{"id": 1, "t": "a", "m": {"x": 1}}\n{"id": 2, "t": null}\n{"id": 3}\n';
    const [a, b] = [write('d1.jsonl', before), write('d2.jsonl', '{"id": 1, "t": "b\\n", "m": {"x": 1.0}}\n{"id": 2}\n{"id": 3, "t": "", "new": 1e400}\n')];
    const { code, out, err } = await loupe('diff', a, b);
    expect([code, err]).toEqual([0, '']);
    expect(out.trim().split('\n')).toEqual([
      '{"row": 0, "column": "t", "old": "a", "new": "b\\n"}',
      '{"row": 0, "column": "m", "old": {"x": 1}, "new": {"x": 1.0}}',
      '{"row": 1, "column": "t", "old": null}',
      '{"row": 2, "column": "t", "new": ""}',
      '{"row": 2, "column": "new", "new": 1e400}',
    ]);
    expect((await loupe('apply', write('d.jsonl', out), a)).code).toBe(0);
    expect(await loupe('diff', a, b)).toEqual({ code: 0, out: '', err: '' });
  });

  it('pairs rows by key and tells of those that only one file has', async () => {
    const [a, b] = [write('k1.jsonl', '{"id": "x", "a": 1}\n{"id": "y", "a": 1}\n'), write('k2.jsonl', '{"id": "z"}\n{"id": "y", "a": 2}\n')];
    expect(await loupe('diff', '--key', 'id', a, b)).toEqual({
      code: 0,
      out: '{"key": "x", "drop": true}\n{"key": "y", "column": "a", "old": 1, "new": 2}\n',
      err: 'loupe: only in the second file: 1 row\n',
    });
  });
});
