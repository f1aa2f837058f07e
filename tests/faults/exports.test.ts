import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { WriteStream } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExportWish, FileFormat } from '../../extension/protocol/export.ts';
import { EVERYTHING } from '../../extension/protocol/queries.ts';
import { poll } from '../support/poll.ts';
import { QueryEngine } from '../support/query-engine.ts';

/** Bytes that the disk still takes; Infinity where it is not full. */
const disk = vi.hoisted(() => ({ left: Infinity }));

vi.mock('node:fs', async (original) => {
  const module = await original<typeof import('node:fs')>();
  const createWriteStream = (...parameters: Parameters<typeof module.createWriteStream>): WriteStream => {
    const stream = module.createWriteStream(...parameters);
    const write = stream._write.bind(stream);
    stream._write = (chunk: Buffer, encoding, done) => {
      disk.left -= chunk.length;
      if (disk.left >= 0) write(chunk, encoding, done);
      else done(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
    };
    // Pieces that wait are written one by one, through the limit.
    delete (stream as { _writev?: unknown })._writev;
    Object.assign(stream, { _writev: null });
    return stream;
  };
  return { ...module, createWriteStream };
});

vi.mock('../../extension/engine/duckdb/session.ts', async (original) => {
  const module = await original<typeof import('../../extension/engine/duckdb/session.ts')>();
  const query: typeof module.query = async (sql, ...rest) => {
    const result = await module.query(sql, ...rest);
    const [, part] = /^COPY [^]* TO '([^']*\.part)'/.exec(sql) ?? [];
    if (part !== undefined && disk.left < Infinity) throw new Error(`IO Error: Could not write file "${part}": No space left on device`);
    return result;
  };
  return { ...module, query };
});

let engine: QueryEngine;
let folder: string;
let own: string;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  own = await engine.parquet('own.parquet', `SELECT range AS id, md5(range::VARCHAR) AS uid, repeat(md5(range::VARCHAR), 8) AS text, 'x'::BLOB AS bytes FROM range(60_000)`);
  ({ shard } = await engine.open(own));
});
afterAll(() => engine.stop());
beforeEach(async () => {
  disk.left = Infinity;
  folder = join(engine.folder, 'exports');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
});

function write(name: string, format: FileFormat, more: Partial<ExportWish> = {}, signal?: AbortSignal): Promise<unknown> {
  const wish: ExportWish = { query: EVERYTHING, format, path: join(folder, name), replace: false, ...more };
  return engine.request('shard/export', { shard, export: 1, wish }, signal);
}

const FORMATS: readonly (readonly [FileFormat, Partial<ExportWish>])[] = [
  ['parquet', {}],
  ['parquet', { fileSize: { unit: 'rows', size: 7_000 }, query: { conditions: [], sort: [{ column: ['uid'], descending: false }] } }],
  ['csv', {}],
  ['jsonl', { fileSize: { unit: 'bytes', size: 200_000 } }],
  ['jsonl.gz', {}],
  ['jsonl.zst', {}],
  ['tar', { columns: [0, 2], positions: [[0, 4_000]] }],
  ['ids', {}],
];

describe('an export leaves nothing behind', () => {
  it.each(FORMATS)('when the disk is full: %s %j', async (format, more) => {
    disk.left = 5_000;
    await expect(write('full', format, more)).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('the disk is full') as string });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([...FORMATS, ['npy', {}] as const])('when it is cancelled: %s %j', async (format, more) => {
    const stop = new AbortController();
    const writing = write('stopped', format, { ...more, columns: [0, 1, 2] }, stop.signal).then(
      () => 'done',
      (error: unknown) => error,
    );
    await poll('a file that is being written', async () => ((await readdir(folder)).length > 0 ? true : null));
    stop.abort();
    expect(await writing).toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(FORMATS)('when its folder goes away: %s %j', async (format, more) => {
    const writing = write('gone', format, more).then(
      () => 'done',
      (error: unknown) => error,
    );
    await poll('a file that is being written', async () => ((await readdir(folder)).length > 0 ? true : null));
    // A file may come to be while the folder is emptied.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    expect(await writing).toMatchObject({ code: 'not-found' });
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });

  it('when a value cannot be written', async () => {
    await expect(write('uids.npy', 'npy', { roles: { key: 'id' } })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('no uid of 32 hexadecimal digits') as string });
    await expect(write('x.csv', 'csv', { query: { conditions: [{ type: 'sql', where: 'text::INTEGER > 0' }], sort: [] } })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('an export takes away', () => {
  it('what killed ones left in its folder, and nothing of those that run, of other machines or of other programs', async () => {
    const killed = spawnSync(process.execPath, ['-e', '']).pid;
    const host = hostname().replaceAll(/[^\w.-]/g, '_').slice(0, 64);
    const kept = [`.a.jsonl.${process.ppid}@${host}.0123abcd.part`, `.a.jsonl.${killed}@else.where.0123abcd.part`, `.a.jsonl.${killed}.part`, 'a.part'];
    const left = [`.a.jsonl.${killed}@${host}.0123abcd.part`, `.b with a . in it.tar.${killed}@${host}.89abcdef.part`];
    for (const name of [...kept, ...left]) await writeFile(join(folder, name), 'x');
    await write('new.jsonl', 'jsonl', { positions: [[0, 1]] });
    expect((await readdir(folder)).sort()).toEqual([...kept, 'new.jsonl'].sort());
  });

  it('nothing and fails at nothing under a name of many bytes', async () => {
    const name = `${'\u{1f600}'.repeat(55)}.jsonl`;
    await write(name, 'jsonl', { positions: [[0, 1]] });
    expect(await readdir(folder)).toEqual([name]);
  });
});

describe('an export refuses', () => {
  it('a folder that is not there', async () => {
    await expect(write('no/where.csv', 'csv')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('its folder is not there') as string });
  });

  it('a file that is there, without the word', async () => {
    await writeFile(join(folder, 'old.jsonl'), 'old');
    await expect(write('old.jsonl', 'jsonl')).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining('is there already') as string });
    expect(await readFile(join(folder, 'old.jsonl'), 'utf8')).toBe('old');
    await write('old.jsonl', 'jsonl', { replace: true, positions: [[0, 1]] });
    expect((await readFile(join(folder, 'old.jsonl'), 'utf8')).startsWith('{"id": 0, ')).toBe(true);
  });

  it('the numbers of an older export', async () => {
    await writeFile(join(folder, 'old-00000-of-00009.jsonl'), 'old');
    await expect(write('old.jsonl', 'jsonl', { fileSize: { unit: 'rows', size: 50_000 } })).rejects.toMatchObject({ message: expect.stringContaining('old-00000-of-00009.jsonl is there already') as string });
    expect(await readdir(folder)).toEqual(['old-00000-of-00009.jsonl']);
  });

  it('any open shard by whatever name, with the word too', async () => {
    const other = await engine.parquet('other.parquet', 'SELECT 1 AS one');
    await engine.open(other);
    await symlink(other, join(folder, 'link.parquet'));
    const before = await readFile(other);
    for (const path of [own, other, join(folder, 'link.parquet'), join(folder, '..', 'other.parquet')]) {
      await expect(write('x', 'parquet', { path, replace: true })).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining('is open here') as string });
    }
    expect(await readFile(other)).toEqual(before);
  });

  it('what makes no sense', async () => {
    for (const more of [{ sample: { rows: 1.5, seed: 0 } }, { sample: { rows: 1, seed: -1 } }, { positions: [[-1, 2]] as const }, { fileSize: { unit: 'rows' as const, size: 0 } }, { columns: [9] }, { columns: [] }, { roles: { key: 'nope' }, format: 'ids' as const }]) {
      await expect(write('x.jsonl', 'jsonl', more)).rejects.toMatchObject({ code: 'invalid-request' });
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
