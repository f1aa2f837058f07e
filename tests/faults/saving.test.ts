import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { END, member } from '../unit/webdataset/archive.ts';

const root = mkdtempSync(join(tmpdir(), 'loupe-save-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const child = resolve(import.meta.dirname, '../support/save-child.ts');
/** Milliseconds after a save began within which its process is ended: about two saves. */
const LONGEST = 40;

const filler = 'x'.repeat(400_000);
const FORMATS = [
  { name: 'a.jsonl', column: 'n', number: /"n": "(\d+)"/, bytes: (n: number): Buffer => Buffer.from(`{"n": "${n}"}\n{"t": "${filler}"}\n`), encode: (bytes: Buffer) => bytes, decode: (bytes: Buffer) => bytes },
  { name: 'a.jsonl.gz', column: 'n', number: /"n": "(\d+)"/, bytes: (n: number): Buffer => Buffer.from(`{"n": "${n}"}\n{"t": "${filler}"}\n`), encode: (bytes: Buffer) => gzipSync(bytes), decode: (bytes: Buffer): Buffer => gunzipSync(bytes) },
  { name: 'a.tar', column: 'txt', number: /^.{512}(\d+)\0/s, bytes: (n: number): Buffer => Buffer.concat([member('a.txt', String(n)), member('a.jpg', filler), END]), encode: (bytes: Buffer) => bytes, decode: (bytes: Buffer) => bytes },
];

describe('a process that is killed while it saves', () => {
  it.each(FORMATS)('leaves a whole file: $name', async ({ name, column, number, bytes, encode, decode }) => {
    const random = seededRandom(runSeed());
    const folder = mkdtempSync(join(root, 'kill-'));
    const path = join(folder, name);
    writeFileSync(path, encode(bytes(8)));
    const rounds = isLongRun() ? 334 : 6;
    let last = 8;
    let saves = 0;
    for (let round = 0; round < rounds; round++) {
      const running = fork(child, [path, join(root, 'cache'), column], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      await new Promise<void>((begun, failed) => running.once('message', () => begun()).once('exit', () => failed(new Error('it ended by itself'))));
      await setTimeout(below(random, LONGEST));
      const ended = new Promise((done) => running.once('exit', done));
      running.kill('SIGKILL');
      await ended;
      const found = decode(readFileSync(path));
      const now = Number(number.exec(found.toString('latin1'))?.[1]);
      expect(now).toBeGreaterThanOrEqual(last);
      expect(found.equals(bytes(now)), 'the file is whole').toBe(true);
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
  if (disk === null) console.log('saving: skipped 1 test: this user may not mount a small file system');
  afterAll(() => {
    if (disk !== null) spawnSync('umount', [disk]);
  });

  it.skipIf(disk === null)('ends a save with the reason, and leaves the old file and nothing else', async () => {
    const path = join(disk ?? '', 'a.jsonl');
    const content = `{"n": 1}\n{"t": "${'y'.repeat(1_500_000)}"}\n`;
    writeFileSync(path, content);
    const shard = await openShard(path, { cacheFolder: join(root, 'cache'), cacheBytes: 1024 ** 3, changed: () => undefined, signal: new AbortController().signal });
    await shard.settled();
    const edits = new EditSet([{ kind: 'cell', row: 0, path: ['n'], old: { json: '1' }, new: { json: '22' } }]);
    const save = saveShard(LOCAL_FILES, { rewriter: shard.rewriter!, edits, target: {}, expected: null }, new AbortController().signal);
    await expect(save).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('disk is full') as string });
    await shard.close();
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(disk ?? '')).toEqual(['a.jsonl']);
  });
});
