import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DurableFiles } from '../../../extension/durable/files.ts';
import { LOCAL_FILES } from '../../../extension/durable/local-files.ts';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveFacts } from '../../../extension/engine/saving/replace-file.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { CellChange, Change, SaveReport, SaveTarget } from '../../../extension/protocol/edits.ts';
import { writePagedParquet } from '../../support/paged-parquet.ts';
import { FaultyFiles, SHARING_FILES } from '../../support/faulty-files.ts';
import { changedFile, UNFLUSHED_FILES } from '../../support/unflushed-files.ts';
import { END, member } from '../webdataset/archive.ts';

const root = mkdtempSync(join(tmpdir(), 'loupe-crash-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(root, 'case-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const cacheFolder = join(root, 'cache');

const same = (bytes: Buffer): Buffer => bytes;
const filler = Array.from({ length: 2_600 }, (_, i) => `{"id": ${i}, "caption": "${'words '.repeat(80)}"}\n`).join('');
const lines = (caption: string): Buffer => Buffer.from(`{"id": -1, "caption": "${caption}"}\n${filler}`);
const archive = (text: string): Buffer => Buffer.concat([member('a.txt', text), member('a.jpg', Buffer.alloc(1_500_000, 1)), END]);
const caption: CellChange = { kind: 'cell', row: 0, path: ['caption'], old: { json: '"old"' }, new: { json: '"a new caption"' } };
const inPlace: Change = { ...caption, new: { json: '"new"' } };
const text: Change = { kind: 'cell', row: 0, path: ['txt'], old: { json: '"old"' }, new: { json: `"${'long '.repeat(400)}"` } };

/** A picture file with two captions changed: what comes out is what another save makes of the same file. */
const caption7: Change = { ...caption, row: 7, old: { json: '"caption 7"' } };
const parquetPath = join(root, 'whole.parquet');
writePagedParquet(parquetPath, { rows: 400, rowsOfGroup: 200, rowsOfPage: 10, codec: 'ZSTD', withOffsetIndex: true, picture: (row) => Buffer.alloc(8_000, row), caption: (row) => `caption ${row}` });
const parquet = readFileSync(parquetPath);
await save(UNFLUSHED_FILES, parquetPath, caption7);
const savedParquet = readFileSync(parquetPath);

const CASES = [
  { name: 'a.parquet', old: parquet, now: savedParquet, decode: same, change: caption7 },
  { name: 'b.parquet', old: parquet, now: savedParquet, decode: same, change: caption7, base: SHARING_FILES },
  { name: 'c.jsonl', old: lines('old'), now: lines('a new caption'), decode: same, change: caption, base: SHARING_FILES },
  { name: 'd.jsonl', old: lines('old'), now: lines('new'), decode: same, change: inPlace, base: SHARING_FILES },
  { name: 'a.jsonl', old: lines('old'), now: lines('a new caption'), decode: same, change: caption },
  { name: 'b.jsonl', old: lines('old'), now: lines('new'), decode: same, change: inPlace },
  { name: 'a.jsonl.gz', old: gzipSync(lines('old')), now: lines('a new caption'), decode: gunzipSync as typeof same, change: caption },
  { name: 'a.jsonl.zst', old: zstdCompressSync(lines('old')), now: lines('a new caption'), decode: zstdDecompressSync as typeof same, change: caption },
  { name: 'a.tar', old: archive('old'), now: archive('long '.repeat(400)), decode: same, change: text },
  { name: 'a.tar.gz', old: gzipSync(archive('old')), now: archive('long '.repeat(400)), decode: gunzipSync as typeof same, change: text },
];

async function save(files: DurableFiles, path: string, change: Change, target: SaveTarget = {}, signal = new AbortController().signal, meanwhile: () => void = () => undefined): Promise<SaveReport> {
  const shard = await openShard(path, { cacheFolder, cacheBytes: 1024 ** 3, changed: () => undefined, signal: new AbortController().signal });
  try {
    await shard.settled();
    meanwhile();
    return await saveShard(files, { rewriter: shard.rewriter!, edits: new EditSet([change]), target, expected: null }, signal);
  } finally {
    await shard.close();
  }
}

describe.each(CASES)('a save of $name', ({ name, old, now, decode, change, base = LOCAL_FILES }) => {
  const write = (): string => {
    const path = join(folder, name);
    writeFileSync(path, old);
    return path;
  };
  const isWhole = (path: string): 'old' | 'new' => {
    const found = readFileSync(path);
    if (found.equals(old)) return 'old';
    expect(decode(found).equals(now), 'neither the old nor the new content').toBe(true);
    return 'new';
  };

  it('leaves the old or the new file, whole, wherever it is stopped', async () => {
    const trial = new FaultyFiles(null, base);
    const path = write();
    await save(trial, path, change);
    expect(isWhole(path)).toBe('new');
    const seen = new Set<string>();
    for (let at = 0; at < trial.calls.length; at++) {
      writeFileSync(path, old);
      const files = new FaultyFiles({ at, kind: 'crash' }, base);
      const outcome = await save(files, path, change).then(() => 'new', () => 'stopped');
      seen.add(isWhole(path));
      if (outcome === 'new') expect(isWhole(path)).toBe('new');
      // A save that comes later goes through, and finds nothing in its way.
      if (at % 5 === 4 && isWhole(path) === 'old') await save(UNFLUSHED_FILES, path, change).then(() => expect(isWhole(path)).toBe('new'));
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
    expect(trial.calls).toEqual(expect.arrayContaining(['write', 'sync', 'rename', 'syncFolder']));
    console.log(`${name}: stopped at each of ${trial.calls.length} calls`);
  });

  it('that fails leaves the old file and nothing else', async () => {
    const trial = new FaultyFiles(null, base);
    const path = write();
    await save(trial, path, change);
    for (const [at, call] of trial.calls.entries()) {
      if (['list', 'syncFolder', 'remove'].includes(call)) continue;
      writeFileSync(path, old);
      const full = save(new FaultyFiles({ at, kind: 'ENOSPC' }, base), path, change);
      await expect(full, call).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('disk is full') as string });
      expect(isWhole(path)).toBe('old');
      expect(readdirSync(folder)).toEqual([name]);
    }
  });

  it('that is cancelled leaves the old file and nothing else', async () => {
    const path = write();
    const stop = new AbortController();
    const files: DurableFiles = { ...LOCAL_FILES, open: async (...each) => (each[1] === 'read' ? LOCAL_FILES.open(...each) : (stop.abort(), LOCAL_FILES.open(...each))) };
    await expect(save(files, path, change, {}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(isWhole(path)).toBe('old');
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('stops where the file was changed by somebody else, before and while it is written', async () => {
    const path = write();
    const other = Buffer.concat([Buffer.from(' '), old]);
    await expect(save(LOCAL_FILES, path, change, {}, undefined, () => writeFileSync(path, other))).rejects.toMatchObject({ code: 'changed' });
    expect(readFileSync(path).equals(other)).toBe(true);
    writeFileSync(path, old);
    const files: DurableFiles = { ...LOCAL_FILES, list: async (each) => (writeFileSync(path, other), LOCAL_FILES.list(each)) };
    await expect(save(files, path, change)).rejects.toMatchObject({ code: expect.stringMatching(/changed|malformed/) as string });
    expect(readFileSync(path).equals(other)).toBe(true);
    expect(readdirSync(folder)).toEqual([name]);
  });
});

describe('what a save keeps and asks', () => {
  const write = (): string => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, lines('old'));
    return path;
  };

  it('writes only what was edited where the file system shares blocks', async () => {
    const path = write();
    expect(await save(SHARING_FILES, path, inPlace)).toMatchObject({ bytesEncoded: 3, bytesCopied: 0 });
    expect(readFileSync(path).equals(lines('new'))).toBe(true);
    expect((await save(LOCAL_FILES, path, { ...caption, old: { json: '"new"' } })).bytesCopied).toBeGreaterThan(1_000_000);
  });

  it('refuses a file whose owner it cannot keep', async () => {
    const path = write();
    const files: DurableFiles = {
      ...LOCAL_FILES,
      facts: async (each) => ({ ...(await LOCAL_FILES.facts(each)), owner: 4_000_000 }),
      open: async (...each) => changedFile(await LOCAL_FILES.open(...each), { setOwner: () => Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' })) }),
    };
    await expect(save(files, path, caption)).rejects.toMatchObject({ code: 'no-permission', message: expect.stringContaining('belongs to another user') as string });
    expect(readdirSync(folder)).toEqual(['a.jsonl']);
  });

  it('keeps the mode', async () => {
    const path = write();
    chmodSync(path, 0o640);
    await save(LOCAL_FILES, path, caption);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('writes through a symbolic link, which stays', async () => {
    const path = write();
    mkdirSync(join(folder, 'blobs'));
    const blob = join(folder, 'blobs', 'abc');
    renameSync(path, blob);
    symlinkSync(join('blobs', 'abc'), path);
    expect(await saveFacts(LOCAL_FILES, path)).toEqual({ linkTarget: blob, otherNames: 0, refusal: null });
    expect((await save(LOCAL_FILES, path, caption)).path).toBe(blob);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readlinkSync(path)).toBe(join('blobs', 'abc'));
    expect(readFileSync(blob).equals(lines('a new caption'))).toBe(true);
    expect(readdirSync(join(folder, 'blobs'))).toEqual(['abc']);
  });

  it('refuses a file with other names until that is agreed to', async () => {
    const path = write();
    linkSync(path, join(folder, 'other'));
    expect(await saveFacts(LOCAL_FILES, path)).toMatchObject({ otherNames: 1 });
    await expect(save(LOCAL_FILES, path, caption)).rejects.toMatchObject({ code: 'linked' });
    await save(LOCAL_FILES, path, caption, { breakHardLinks: true });
    expect(readFileSync(path).equals(lines('a new caption'))).toBe(true);
    expect(readFileSync(join(folder, 'other')).equals(lines('old'))).toBe(true);
  });

  it('refuses a file that is read-only', async () => {
    const path = write();
    chmodSync(path, 0o444);
    await expect(save(LOCAL_FILES, path, caption)).rejects.toMatchObject({ code: 'no-permission' });
    expect((await saveFacts(LOCAL_FILES, path)).refusal).toContain('read-only');
  });

  it('says that the folder is gone', async () => {
    const path = write();
    await expect(save(LOCAL_FILES, path, caption, {}, undefined, () => rmSync(folder, { recursive: true }))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('writes to another name and leaves the file as it was', async () => {
    const path = write();
    const report = await save(LOCAL_FILES, path, caption, { path: join(folder, 'b.jsonl') });
    expect(report).toMatchObject({ path: join(folder, 'b.jsonl'), durable: true, fingerprint: { size: lines('a new caption').length } });
    expect(readFileSync(path).equals(lines('old'))).toBe(true);
    expect(readFileSync(join(folder, 'b.jsonl')).equals(lines('a new caption'))).toBe(true);
  });

  it('is done where only the folder could not be flushed', async () => {
    const path = write();
    const files: DurableFiles = { ...LOCAL_FILES, syncFolder: () => Promise.reject(new Error('no')) };
    expect((await save(files, path, caption)).durable).toBe(false);
    expect(readFileSync(path).equals(lines('a new caption'))).toBe(true);
  });

  it('removes what a save of a dead process left, and nothing else', async () => {
    const path = write();
    const host = hostname().replaceAll(/[^\w.-]/g, '_').slice(0, 64);
    const [dead, alive, foreign] = [`.loupe-2147480000@${host}.0123abcd.saving`, `.loupe-${process.pid}@${host}.0123abcd.saving`, '.loupe-2147480000@elsewhere.0123abcd.saving'];
    for (const name of [dead, alive, foreign]) writeFileSync(join(folder, name), '');
    await save(LOCAL_FILES, path, caption);
    expect(readdirSync(folder).sort()).toEqual([alive, foreign, 'a.jsonl'].sort());
  });
});
