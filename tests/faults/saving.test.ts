import { fork, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { writeParquet } from '../support/parquet-files.ts';
import { hyparquetTable } from '../support/parquet-readers.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { END, member } from '../unit/webdataset/archive.ts';

const root = mkdtempSync(join(tmpdir(), 'loupe-save-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const child = resolve(import.meta.dirname, '../support/save-child.ts');

const filler = 'x'.repeat(400_000);
/** A file whose first row holds a number in this column, and how others read that number. */
interface Counted {
  readonly name: string;
  readonly column: string;
  /** Milliseconds after a save began within which its process is ended: about two saves. */
  readonly longest: number;
  /** Writes the file with 8 in it. */
  readonly write: (path: string) => Promise<void>;
  /** The number in it; the rest must be as it was written. */
  readonly read: (path: string) => Promise<number>;
}

const byBytes = (name: string, column: string, number: RegExp, bytes: (n: number) => Buffer, encode: (bytes: Buffer) => Buffer, decode: (bytes: Buffer) => Buffer): Counted => ({
  name,
  column,
  longest: 40,
  write: (path) => writeFile(path, encode(bytes(8))),
  read: async (path) => {
    const found = decode(await readFile(path));
    const now = Number(number.exec(found.toString('latin1'))?.[1]);
    expect(found.equals(bytes(now)), 'the file is whole').toBe(true);
    return now;
  },
});

const lines = (n: number): Buffer => Buffer.from(`{"n": "${n}"}\n{"t": "${filler}"}\n`);
const archive = (n: number): Buffer => Buffer.concat([member('a.txt', String(n)), member('a.jpg', filler), END]);
const same = (bytes: Buffer): Buffer => bytes;
const FORMATS: readonly Counted[] = [
  byBytes('a.jsonl', 'n', /"n": "(\d+)"/, lines, same, same),
  byBytes('a.jsonl.gz', 'n', /"n": "(\d+)"/, lines, (bytes) => gzipSync(bytes), (bytes) => gunzipSync(bytes)),
  byBytes('a.jsonl.zst', 'n', /"n": "(\d+)"/, lines, (bytes) => zstdCompressSync(bytes), (bytes) => zstdDecompressSync(bytes)),
  byBytes('a.tar', 'txt', /^.{512}(\d+)\0/s, archive, same, same),
  byBytes('a.tar.gz', 'txt', /^.{512}(\d+)\0/s, archive, (bytes) => gzipSync(bytes), (bytes) => gunzipSync(bytes)),
  {
    name: 'a.parquet',
    column: 'n',
    longest: 400,
    write: (path) => writeParquet(path, "SELECT CASE range WHEN 0 THEN '8' ELSE 'text ' || range END AS n, range AS id FROM range(5000)", 'COMPRESSION zstd, ROW_GROUP_SIZE 2048'),
    read: async (path) => {
      const table = await hyparquetTable(path);
      const texts = (table.get('n') ?? []).map((text) => String(JSON.parse(text)));
      expect(texts.slice(1)).toEqual(Array.from({ length: 4_999 }, (_, i) => `text ${i + 1}`));
      expect(table.get('id')).toEqual(Array.from({ length: 5_000 }, (_, i) => `"${i}n"`));
      return Number(texts[0]);
    },
  },
];

describe('a process that is killed while it saves', () => {
  it.each(FORMATS)('leaves a whole file: $name', async ({ name, column, longest, write, read }) => {
    const random = seededRandom(runSeed());
    const folder = mkdtempSync(join(root, 'kill-'));
    const path = join(folder, name);
    await write(path);
    // A thousand kills in all formats together.
    const rounds = isLongRun() ? Math.ceil(1_000 / FORMATS.length) : 4;
    let last = 8;
    let saves = 0;
    for (let round = 0; round < rounds; round++) {
      const running = fork(child, [path, join(root, 'cache'), column], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      await new Promise<void>((begun, failed) => running.once('message', () => begun()).once('exit', () => failed(new Error('it ended by itself'))));
      await setTimeout(below(random, longest));
      const ended = new Promise((done) => running.once('exit', done));
      running.kill('SIGKILL');
      await ended;
      const now = await read(path);
      expect(now).toBeGreaterThanOrEqual(last);
      saves += now - last;
      last = now;
    }
    // What the dead left is removed by the next save.
    const shard = await openShard(path, { cacheFolder: join(root, 'cache'), cacheBytes: 1024 ** 3, changed: () => undefined, signal: new AbortController().signal });
    await shard.settled();
    await saveShard(LOCAL_FILES, { rewriter: shard.rewriter!, edits: new EditSet([{ kind: 'cell', row: 0, path: [column], old: { json: `"${last}"` }, new: { json: '"0"' } }]), target: {}, expected: null }, new AbortController().signal);
    await shard.close();
    expect(readdirSync(folder)).toEqual([name]);
    console.log(`${name}: killed ${rounds} times, ${saves} saves went through`);
  });
});

/** A file system of two mebibytes; null where this user may not make one. */
function smallDisk(): string | null {
  const folder = join(root, 'small');
  mkdirSync(folder);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0 ? folder : null;
}

describe('a disk that is full', () => {
  const disk = smallDisk();
  if (disk === null) console.log('saving: skipped 5 tests: this user may not mount a small file system');
  afterAll(() => {
    // DuckDB may hold a file of it open still.
    if (disk !== null) spawnSync('umount', ['-l', disk]);
  });

  // Of noise, so that compressed files fill the disk, too.
  const noise = randomBytes(750_000).toString('hex');
  const jsonLines = Buffer.from(`{"n": "8"}\n{"t": "${noise}"}\n{"t": "${noise.slice(0, 400_000)}"}\n`);
  const tar = Buffer.concat([member('a.txt', '8'), member('a.jpg', noise), END]);
  const formats: readonly (readonly [name: string, column: string, write: (path: string) => Promise<void>])[] = [
    ['a.jsonl', 'n', (path) => writeFile(path, jsonLines)],
    ['a.jsonl.gz', 'n', (path) => writeFile(path, gzipSync(Buffer.concat([jsonLines, jsonLines])))],
    ['a.jsonl.zst', 'n', (path) => writeFile(path, zstdCompressSync(Buffer.concat([jsonLines, jsonLines])))],
    ['a.tar', 'txt', (path) => writeFile(path, tar)],
    ['a.parquet', 'n', (path) => writeParquet(path, "SELECT CASE range WHEN 0 THEN '8' ELSE md5(range::VARCHAR) END AS n FROM range(40000)", 'COMPRESSION uncompressed')],
  ];

  it.skipIf(disk === null).each(formats)('ends a save with the reason, and leaves the old file and nothing else: %s', async (name, column, write) => {
    const folder = mkdtempSync(join(disk ?? '', 'd-'));
    const path = join(folder, name);
    await write(path);
    // What is left of the disk takes no second copy.
    const content = readFileSync(path);
    const rest = 2 * 1024 ** 2 - content.length - Math.floor(content.length / 2);
    if (rest > 0) writeFileSync(join(disk ?? '', 'filler'), Buffer.alloc(rest));
    const shard = await openShard(path, { cacheFolder: join(root, 'cache'), cacheBytes: 1024 ** 3, changed: () => undefined, signal: new AbortController().signal });
    try {
      await shard.settled();
      const edits = new EditSet([{ kind: 'cell', row: 0, path: [column], old: { json: '"8"' }, new: { json: '"22"' } }]);
      const save = saveShard(LOCAL_FILES, { rewriter: shard.rewriter!, edits, target: {}, expected: null }, new AbortController().signal);
      await expect(save).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('disk is full') as string });
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(readdirSync(folder)).toEqual([name]);
    } finally {
      await shard.close();
      for (const left of readdirSync(disk ?? '')) rmSync(join(disk ?? '', left), { recursive: true });
    }
  });
});
