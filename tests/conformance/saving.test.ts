import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { writtenOf } from '../../extension/engine/edits/written-value.ts';
import { jsonText } from '../../extension/engine/pages/json-text.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { MISSING, type CellPath, type Change, type WrittenValue } from '../../extension/protocol/edits.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { isLongRun } from '../support/random.ts';
import { UNFLUSHED_FILES } from '../support/unflushed-files.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-saving-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 4 * 1024 ** 3, changed: (): void => undefined, signal: never };

/** Runs another tool; its output. @throws when it fails or has something to say */
function tool(command: string, ...args: string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { maxBuffer: 1024 ** 3 });
  if (status !== 0 || stderr.length > 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.toString('utf8')}`);
  return stdout;
}

const there = (command: string, ...args: string[]): boolean => spawnSync(command, args.length === 0 ? ['--version'] : args).status === 0;
const tools = { tar: there('tar') && tool('tar', '--version').includes('GNU tar'), bsdtar: there('bsdtar'), gzip: there('gzip'), zstd: there('zstd'), python3: there('python3') };
const absent = Object.entries(tools).flatMap(([name, isThere]) => (isThere ? [] : [name]));
if (absent.length > 0) console.log(`saving: ${absent.length} of ${Object.keys(tools).length} other readers are not installed: ${absent.join(', ')}`);

async function edited(path: string, edit: (shard: Shard) => Promise<readonly Change[]> | readonly Change[]): Promise<void> {
  const shard = await openShard(path, context);
  try {
    await shard.settled();
    await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: new EditSet(await edit(shard)), target: {}, expected: null }, never);
  } finally {
    await shard.close();
  }
}

const cell = (row: number, path: CellPath, old: string, now: string): Change => ({ kind: 'cell', row, path, old: { json: old }, new: { json: now } });

const PYTHON_TAR = `
import hashlib, json, sys, tarfile
with tarfile.open(sys.argv[1]) as archive:
    print(json.dumps([[m.name, m.size, m.mode, m.mtime, hashlib.sha256(archive.extractfile(m).read()).hexdigest()] for m in archive if m.isfile()]))
`;
const PYTHON_MAKE = `
import io, sys, tarfile
format = {'ustar': tarfile.USTAR_FORMAT, 'gnu': tarfile.GNU_FORMAT, 'pax': tarfile.PAX_FORMAT}[sys.argv[2]]
with tarfile.open(sys.argv[1], 'w', format=format) as archive:
    for key in ['000', 'long/' * 25 + '001', 'z\\u00e9']:
        for field, data in [('jpg', b'\\xff\\xd8' + bytes(1500)), ('txt', 'a caption \\u00e9'.encode()), ('json', b'{"id": 12345678901234567890, "score": 0.50}')]:
            info = tarfile.TarInfo(key + '.' + field)
            info.size, info.mtime = len(data), 1700000000.25 if format == tarfile.PAX_FORMAT else 1700000000
            archive.addfile(info, io.BytesIO(data))
`;

describe('an edited archive, read by others', () => {
  const long = 'words '.repeat(300);
  const edits: Change[] = [cell(0, ['txt'], '"a caption é"', '"ü"'), cell(1, ['txt'], '"a caption é"', JSON.stringify(long)), cell(2, ['json', 'score'], '0.50', '1e400'), { kind: 'cell', row: 1, path: ['note.txt'], old: { missing: true }, new: { json: '"new"' } }];
  const listed = (path: string): [string, number, number, number, string][] => JSON.parse(tool('python3', '-c', PYTHON_TAR, path).toString('utf8')) as [string, number, number, number, string][];

  it.skipIf(!tools.python3 || !tools.tar).each(['ustar', 'gnu', 'pax'])('%s', async (format) => {
    const path = join(folder, `${format}.tar`);
    tool('python3', '-c', PYTHON_MAKE, path, format);
    const before = listed(path);
    await edited(path, () => edits);
    const after = listed(path);
    const deep = `${'long/'.repeat(25)}001`;
    const changed = new Set(['000.txt', `${deep}.txt`, 'zé.json']);
    expect(after.filter(([name]) => !changed.has(name) && name !== `${deep}.note.txt`)).toEqual(before.filter(([name]) => !changed.has(name)));
    expect(after.map(([name]) => name)).toEqual(['000.jpg', '000.txt', '000.json', `${deep}.jpg`, `${deep}.txt`, `${deep}.json`, `${deep}.note.txt`, 'zé.jpg', 'zé.txt', 'zé.json']);
    for (const reader of tools.bsdtar ? ['tar', 'bsdtar'] : ['tar']) {
      expect(tool(reader, '-xOf', path, '000.txt').toString('utf8')).toBe('ü');
      expect(tool(reader, '-xOf', path, `${deep}.txt`).toString('utf8')).toBe(long);
      expect(tool(reader, '-xOf', path, `${deep}.note.txt`).toString('utf8')).toBe('new');
      expect(tool(reader, '-tf', path).toString('utf8').trim().split('\n')).toHaveLength(10);
    }
    expect(tool('python3', '-c', `import tarfile,sys; print(tarfile.open(sys.argv[1]).extractfile('zé.json').read().decode())`, path).toString('utf8').trim()).toBe('{"id": 12345678901234567890, "score": 1e400}');
  });

  it.skipIf(!tools.tar).each(['v7', 'oldgnu', 'gnu', 'ustar', 'posix'])('that GNU tar wrote as %s', async (format) => {
    const source = join(folder, `source-${format}`);
    mkdirSync(source);
    for (const [name, text] of [['1.txt', 'cat'], ['1.json', '{"a":1}'], ['2.txt', 'dog'], ['2.json', '{"a":2}']] as const) writeFileSync(join(source, name), text);
    const path = join(folder, `tar-${format}.tar`);
    tool('tar', `--format=${format}`, '-cf', path, '-C', source, '1.txt', '1.json', '2.txt', '2.json');
    await edited(path, () => [cell(0, ['txt'], '"cat"', JSON.stringify(long)), cell(1, ['json', 'a'], '2', '3'), { kind: 'cell', row: 0, path: ['note.txt'], old: { missing: true }, new: { json: '"new"' } }]);
    expect(tool('tar', '-tf', path).toString('utf8').trim().split('\n')).toEqual(['1.txt', '1.json', '1.note.txt', '2.txt', '2.json']);
    expect(tool('tar', '-xOf', path).toString('utf8')).toBe(`${long}{"a":1}newdog{"a":3}`);
    // Size, owner and times agree as before: tar finds no difference to the files, but for those that were edited.
    writeFileSync(join(source, '1.note.txt'), 'new');
    const { stdout } = spawnSync('tar', ['-df', path, '-C', source, '1.json', '2.txt'], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});

describe('edited lines, read by others', () => {
  const lines = ['{"id": 12345678901234567890, "t": "caf\\u00e9", "s": 0.10}', '{"id": 2, "t": "\u{1f4a1}"}', '{"id": 3, "t": null, "n": NaN}'].map((line) => `${line}\n`).join('');
  const edits: Change[] = [cell(0, ['t'], '"café"', '"thé"'), cell(1, ['t'], '"\u{1f4a1}"', '"a\\nb"'), cell(2, ['t'], 'null', '""')];
  const expected = lines.replace('"caf\\u00e9"', '"th\\u00e9"').replace('"\u{1f4a1}"', '"a\\nb"').replace('null', '""');
  const PYTHON_JSON = 'import json,sys\nprint(json.dumps([json.loads(line) for line in sys.stdin.buffer], ensure_ascii=True))';
  const read = (text: Buffer): unknown => spawnSync('python3', ['-c', PYTHON_JSON], { input: text, encoding: 'utf8' }).stdout.trim();

  it.skipIf(!tools.python3)('plain', async () => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, lines);
    await edited(path, () => edits);
    expect(readFileSync(path, 'utf8')).toBe(expected);
    expect(read(readFileSync(path))).toBe('[{"id": 12345678901234567890, "t": "th\\u00e9", "s": 0.1}, {"id": 2, "t": "a\\nb"}, {"id": 3, "t": "", "n": NaN}]');
  });

  it.skipIf(!tools.gzip || !tools.python3)('gzip', async () => {
    writeFileSync(join(folder, 'b.jsonl'), lines);
    const path = join(folder, 'b.jsonl.gz');
    tool('gzip', '-kf', join(folder, 'b.jsonl'));
    await edited(path, () => edits);
    expect(tool('gzip', '-dc', path).toString('utf8')).toBe(expected);
    expect(tool('python3', '-c', 'import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())', path).toString('utf8')).toBe(expected);
  });

  it.skipIf(!tools.zstd)('zstd', async () => {
    writeFileSync(join(folder, 'c.jsonl'), lines.repeat(3));
    const path = join(folder, 'c.jsonl.zst');
    tool('zstd', '-qkf', '--long=27', join(folder, 'c.jsonl'), '-o', path);
    await edited(path, () => edits);
    expect(tool('zstd', '-qdc', path).toString('utf8')).toBe(expected + lines.repeat(2));
    tool('zstd', '-qt', path);
  });
});

/** Folders of the corpus whose files are written. */
const CORPUS_FILES = ['jsonl', 'webdataset', 'tar', 'compression'];
const corpus = corpusFolder();
if (corpus === null) reportSkipped('saving', 'the files of the corpus');

describe.skipIf(corpus === null)('a file of the corpus, edited in one cell of every column, holds that and nothing else that is new', () => {
  const counts = { edits: 0, saved: 0, left: 0 };
  afterAll(() => {
    console.log(`saving: ${counts.edits} cells in ${counts.saved} files of the corpus edited; ${counts.left} files cannot be opened, edited or written`);
    expect(counts.saved).toBeGreaterThan(20);
  });

  it.each(corpus === null ? [] : CORPUS_FILES.flatMap((kind) => listFiles(corpus, kind)))('%s', async (name) => {
    const original = join(corpus ?? '', name);
    const path = join(folder, name.slice(name.lastIndexOf('/') + 1));
    copyFileSync(original, path);
    chmodSync(path, 0o644);
    const before = await snapshot(path).catch((error: unknown) => String(error));
    if (typeof before === 'string' || before.changes.length === 0) {
      counts.left++;
      return;
    }
    const linesOf = (): string[] => (before.isLines ? readFileSync(path, 'latin1').split('\n') : []);
    const plain = linesOf();
    const outcome = await edited(path, () => before.changes).catch((error: unknown) => error);
    if (outcome !== undefined) {
      // What is cut off or damaged cannot be written without losing what was not read, and is as it was.
      expect(outcome).toMatchObject({ code: expect.stringMatching(/malformed|unsupported/) as string });
      expect(readFileSync(path).equals(readFileSync(original))).toBe(true);
      counts.left++;
      return;
    }
    expect(linesOf().filter((line, at) => line !== plain[at]).length).toBeLessThanOrEqual(before.changes.length);
    expect((await snapshot(path)).cells).toEqual(withChanges(before));
    counts.edits += before.changes.length;
    counts.saved++;
    rmSync(path);
  });
});

/** The first rows of a shard by row and column, and one edit of every column that can be edited, where a row has a value there. */
interface Snapshot {
  readonly cells: Record<string, string>;
  readonly changes: Change[];
  readonly keys: string[];
  /** Uncompressed JSON Lines: an edit stays in its line. */
  readonly isLines: boolean;
}

async function snapshot(path: string): Promise<Snapshot> {
  const shard = await openShard(path, context);
  try {
    await shard.settled();
    const rows = Math.min(20, shard.state().rows);
    const cells: Record<string, string> = {};
    const changes: Change[] = [];
    const keys: string[] = [];
    await shard.read({ start: 0, end: rows, columns: shard.state().columns.map(({ index }) => index), limits: WHOLE_LIMITS }, never);
    for (const [column, target] of (shard.rewriter?.targets() ?? []).entries()) {
      const name = shard.state().columns[column]?.name ?? '';
      // The size of a member goes with its content.
      if (shard.state().format === 'tar' && name === 'size') continue;
      const [values = []] = await shard.read({ start: 0, end: rows, columns: [column], limits: WHOLE_LIMITS }, never);
      for (const [row, value] of values.entries()) if (writtenOf(value) !== MISSING) cells[`${row} ${name}`] = digest(value);
      const row = 'path' in target ? values.findIndex((value) => isEditable(writtenOf(value), shard)) : -1;
      const old = writtenOf(values[row] ?? null);
      if (row < 0 || old === null || !('path' in target)) continue;
      changes.push({ kind: 'cell', row, path: target.path, old, new: { json: JSON.stringify(`edited ${row}`) } });
      keys.push(`${row} ${name}`);
    }
    const { format, compression } = shard.state();
    return { cells, changes, keys, isLines: format === 'jsonl' && compression === 'none' };
  } finally {
    await shard.close();
  }
}

function withChanges({ cells, changes, keys }: Snapshot): Record<string, string> {
  return { ...cells, ...Object.fromEntries(keys.map((key, at) => [key, digest(`edited ${changes[at]?.kind === 'cell' ? changes[at].row : 0}`)])) };
}

function digest(value: Value): string {
  const text = jsonText(value);
  return text.length < 200 ? text : `${text.length} ${createHash('sha256').update(text).digest('hex')}`;
}

/** Of an archive only texts are edited here: what else is a member of JSON. */
function isEditable(value: WrittenValue | null, shard: Shard): boolean {
  return value !== null && 'json' in value && (shard.state().format.startsWith('json') || value.json.startsWith('"'));
}

/** Paths below the corpus; only small ones in a plain run. */
function listFiles(from: string, kind: string): string[] {
  const limit = (isLongRun() ? 64 : 4) * 1024 ** 2;
  return readdirSync(join(from, kind), { recursive: true, encoding: 'utf8' })
    .map((name) => join(kind, name))
    .filter((name) => /\.(jsonl|ndjson|json|tar|tgz)(\.gz|\.zst)?$/.test(name) && statSync(join(from, name)).size < limit)
    .sort();
}
