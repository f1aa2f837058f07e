import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { MISSING, type CellChange, type CellPath, type Change, type SaveReport, type WrittenValue } from '../../../extension/protocol/edits.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';
import { END, header, member, record, Workbench } from '../webdataset/archive.ts';

const bench = new Workbench();
afterAll(() => bench.clear());
const never = new AbortController().signal;

const json = (text: string): WrittenValue => ({ json: text });
const cell = (row: number, path: CellPath, old: WrittenValue, value: WrittenValue): CellChange => ({ kind: 'cell', row, path, old, new: value });
const drop = (row: number): Change => ({ kind: 'row', row, dropped: true });

async function save(path: string, ...changes: Change[]): Promise<SaveReport> {
  const shard = await openShard(path, bench.context);
  try {
    return await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: new EditSet(changes), target: {}, expected: null }, never);
  } finally {
    await shard.close();
  }
}

/** Saves and gives the archive's bytes. */
async function saved(parts: readonly Buffer[], ...changes: Change[]): Promise<Buffer> {
  const path = bench.write('a.tar', ...parts);
  await save(path, ...changes);
  return readFileSync(path);
}

const jpeg = Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(700, 7)]);
const sample = (key: string, text: string, meta = '{"a": 1}'): Buffer[] => [member(`${key}.jpg`, jpeg), member(`${key}.txt`, text), member(`${key}.json`, meta)];

describe('an edit in an archive', () => {
  it('of the same padded length changes its member and nothing else', async () => {
    const parts = [...sample('a', 'a cat'), ...sample('b', 'b'), END];
    const expected = Buffer.concat([...sample('a', 'a dog, not a cat'), ...sample('b', 'b'), END]);
    expect(await saved(parts, cell(0, ['txt'], json('"a cat"'), json('"a dog, not a cat"')))).toEqual(expected);
  });

  it('of another length moves the tail', async () => {
    const long = 'x'.repeat(2000);
    const parts = [...sample('a', 'a'), ...sample('b', 'b'), END];
    expect(await saved(parts, cell(0, ['txt'], json('"a"'), json(`"${long}"`)))).toEqual(Buffer.concat([...sample('a', long), ...sample('b', 'b'), END]));
    expect(await saved([...sample('a', long), ...sample('b', 'b'), END], cell(0, ['txt'], json(`"${long}"`), json('""')))).toEqual(Buffer.concat([...sample('a', ''), ...sample('b', 'b'), END]));
  });

  it('reaches inside JSON and leaves the rest of it as it is', async () => {
    const meta = '{\n "id": 12345678901234567890,\n "caption": "x"\n}\n';
    const parts = [...sample('a', 'a', meta), END];
    const result = await saved(parts, cell(0, ['json', 'caption'], json('"x"'), json('"yy"')), cell(0, ['json', 'n'], MISSING, json('1e400')));
    expect(result).toEqual(Buffer.concat([...sample('a', 'a', '{\n "id": 12345678901234567890,\n "caption": "yy",\n "n": 1e400\n}\n'), END]));
  });

  it('adds a member behind its sample and takes one away', async () => {
    const parts = [...sample('./d/a', 'a'), ...sample('./d/b', 'b'), END];
    const added = cell(0, ['caption.txt'], MISSING, json('"new"'));
    expect(await saved(parts, added)).toEqual(Buffer.concat([...sample('./d/a', 'a'), member('./d/a.caption.txt', 'new'), ...sample('./d/b', 'b'), END]));
    const taken = await saved(parts, cell(1, ['txt'], json('"b"'), MISSING));
    expect(taken).toEqual(Buffer.concat([...sample('./d/a', 'a'), member('./d/b.jpg', jpeg), member('./d/b.json', '{"a": 1}'), END]));
  });

  it('drops samples and leaves members of none where they are', async () => {
    const parts = [member('__meta.json', '{}'), ...sample('a', 'a'), ...sample('b', 'b'), member('__index.json', '[]'), ...sample('c', 'c'), END];
    expect(await saved(parts, drop(1), drop(2))).toEqual(Buffer.concat([member('__meta.json', '{}'), ...sample('a', 'a'), member('__index.json', '[]'), END]));
  });

  it('keeps two samples of one key apart', async () => {
    const path = bench.write('a.tar', ...sample('a', 'a'), ...sample('b', 'b'), ...sample('a', 'c'), END);
    await expect(save(path, drop(1))).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('would become one') as string });
  });

  it('writes the size where a pax header says it, too', async () => {
    const pax = (size: number, text: string): Buffer[] => {
      const payload = record('path', `${'d/'.repeat(80)}a.txt`) + record('size', String(size));
      return [member('PaxHeader/a', payload, { flag: 'x' }), header('a.txt', size), Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)])];
    };
    const key = `${'d/'.repeat(80)}a`;
    const long = 'y'.repeat(1200);
    const more = [member('PaxHeader/a', record('path', `${key}.json`), { flag: 'x' }), member('a.json', '{}')];
    expect(await saved([...pax(3, 'abc'), ...more, END], cell(0, ['txt'], json('"abc"'), json(`"${long}"`)))).toEqual(Buffer.concat([...pax(1200, long), ...more, END]));
  });

  it('keeps base-256 sizes', async () => {
    const size = (value: number): string => `\x80${'\0'.repeat(9)}${String.fromCharCode(value >> 8, value & 255)}`;
    const block = (text: string): Buffer[] => [header('a.txt', 0, { patch: [[124, size(text.length)]] }), Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)])];
    const long = 'z'.repeat(700);
    const more = member('a.json', '{}');
    expect(await saved([...block('abc'), more, END], cell(0, ['txt'], json('"abc"'), json(`"${long}"`)))).toEqual(Buffer.concat([...block(long), more, END]));
  });

  it('refuses what was changed meanwhile, and what it cannot write', async () => {
    const path = bench.write('a.tar', ...sample('a', 'a'), END);
    const before = readFileSync(path);
    await expect(save(path, cell(0, ['txt'], json('"b"'), json('"c"')))).rejects.toMatchObject({ code: 'conflict' });
    await expect(save(path, cell(0, ['txt'], json('"a"'), json('7')))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(save(path, cell(0, ['txt'], json('"a"'), json('"\\ud800"')))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(save(path, cell(0, ['jpg'], MISSING, json('"c"')))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(save(path, cell(5, ['txt'], MISSING, json('"c"')))).rejects.toMatchObject({ code: 'conflict' });
    const all = cell(0, ['txt'], json('"a"'), MISSING);
    await expect(save(bench.write('b.tar', member('a.txt', 'a'), END), all)).rejects.toMatchObject({ code: 'unsupported' });
    expect(readFileSync(path)).toEqual(before);
  });

  it('edits the content of members of an archive that is no WebDataset', async () => {
    const parts = [member('LICENSE', 'free'), member('README', 'text'), member('src/b.h', 'b'), member('Makefile', 'all:'), END];
    const expected = [...parts];
    expected[1] = member('README', 'more text');
    expect(await saved(parts, cell(1, ['content'], json('"text"'), json('"more text"')))).toEqual(Buffer.concat(expected));
  });

  it('says which columns can be edited', async () => {
    const shard = await openShard(bench.write('a.tar', ...sample('a', 'a'), END), bench.context);
    await shard.settled();
    expect(shard.rewriter!.targets()).toMatchObject([{ readOnly: expect.any(String) as string }, { readOnly: expect.any(String) as string }, { path: ['txt'] }, { path: ['json'] }]);
    await shard.close();
  });

  it('gives a new member with a long name a header that tar reads', async () => {
    const key = `${'folder/'.repeat(12)}${'k'.repeat(60)}`;
    for (const [name, magic] of [['ustar', 'ustar\x0000'], ['gnu', 'ustar  \0']] as const) {
      const long = (suffix: string, body: string): Buffer[] => {
        const path = `${key}.${suffix}`;
        return name === 'gnu' ? [member('././@LongLink', `${path}\0`, { flag: 'L', magic }), member(path.slice(0, 100), body, { magic })] : [member('PaxHeader', record('path', path), { flag: 'x' }), member('x', body)];
      };
      const path = bench.write(`${name}.tar`, ...long('txt', 'a'), ...long('json', '{}'), END);
      await save(path, cell(0, ['caption.txt'], MISSING, json('"new"')));
      const listed = spawnSync('tar', ['-tf', path], { encoding: 'utf8' });
      expect(listed.stderr).toBe('');
      expect(listed.stdout.trim().split('\n')).toEqual([`${key}.txt`, `${key}.json`, `${key}.caption.txt`]);
      expect(spawnSync('tar', ['-xOf', path, `${key}.caption.txt`], { encoding: 'utf8' }).stdout).toBe('new');
    }
  });
});
