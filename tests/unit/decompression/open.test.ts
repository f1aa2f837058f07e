import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { DecompressedCopy } from '../../../extension/engine/decompression/decompressed-copy.ts';
import { openDecompressed } from '../../../extension/engine/decompression/open.ts';
import { OUTPUT_LIMITS } from '../../../extension/engine/decompression/output-limits.ts';
import { FileSource } from '../../../extension/engine/shards/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-copies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
let caches = 0;
let files = 0;

interface Options {
  readonly cache?: string;
  readonly cacheBytes?: number;
  readonly limits?: typeof OUTPUT_LIMITS;
  readonly signal?: AbortSignal;
  readonly changed?: () => void;
}

function newCache(): string {
  return join(folder, `cache${caches++}`);
}

function file(bytes: Buffer): string {
  const path = join(folder, `${files++}.bin`);
  writeFileSync(path, bytes);
  return path;
}

async function openPath(path: string, compression: 'gzip' | 'zstd', options: Options = {}): Promise<DecompressedCopy> {
  const { cache = newCache(), cacheBytes = 1024 ** 3, limits = OUTPUT_LIMITS, signal = never, changed = (): void => undefined } = options;
  return openDecompressed(await FileSource.open(path), compression, { cacheFolder: cache, cacheBytes, signal, changed }, limits);
}

/** All bytes, read as they come. */
async function drain(copy: DecompressedCopy): Promise<Buffer> {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    await copy.grown(at, never);
    const bytes = await copy.slice(at, at + 100_000);
    if (bytes.length === 0) return Buffer.concat(parts);
    at += bytes.length;
    parts.push(bytes);
  }
}

async function decode(bytes: Buffer, compression: 'gzip' | 'zstd', options: Options = {}): Promise<{ text: string; problem: string | null; streams: number }> {
  const copy = await openPath(file(bytes), compression, options);
  const text = (await drain(copy)).toString('latin1');
  const { streams } = copy;
  const problem = copy.problem?.message ?? null;
  await copy.close();
  return { text, problem, streams };
}

const copiesIn = (cache: string, ending: string): string[] => readdirSync(join(cache, 'files')).filter((name) => name.endsWith(ending));

const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const emptySkippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
const packers = { gzip: gzipSync, zstd: zstdCompressSync } as const;

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  const pack = (text: string | Buffer): Buffer => packers[compression](text);

  test('one stream, many streams, an empty one among them', async () => {
    expect(await decode(pack('hello'), compression)).toEqual({ text: 'hello', problem: null, streams: 1 });
    const many = Buffer.concat(['a', '', 'b'.repeat(300_000), 'c'].map((text) => pack(text)));
    expect(await decode(many, compression)).toEqual({ text: `a${'b'.repeat(300_000)}c`, problem: null, streams: 4 });
  });

  test('thousands of small streams, whose ends fall anywhere in a chunk', async () => {
    const texts = Array.from({ length: 3_000 }, (_, index) => `${index}:${randomBytes(60).toString('hex')}\n`);
    const result = await decode(Buffer.concat(texts.map((text) => pack(text))), compression);
    expect(result.problem).toBeNull();
    expect(result.streams).toBe(3_000);
    expect(result.text).toBe(texts.join(''));
  });

  test('large and hardly compressible', async () => {
    const bytes = randomBytes(3_000_000);
    const result = await decode(pack(bytes), compression);
    expect(Buffer.from(result.text, 'latin1').equals(bytes)).toBe(true);
  });

  test('garbage behind the data: the data, and where the garbage begins', async () => {
    const good = pack('good data');
    for (const garbage of ['x', 'garbage that is long enough to be looked at']) {
      const result = await decode(Buffer.concat([good, Buffer.from(garbage)]), compression);
      expect(result.text).toBe('good data');
      expect(result.problem).toContain(`byte ${good.length}`);
    }
  });

  test('truncated anywhere: a beginning of the data, and the byte', async () => {
    const text = randomBytes(200_000).toString('hex');
    const bytes = Buffer.concat([pack(text.slice(0, 100_000)), pack(text.slice(100_000))]);
    for (const share of [0.001, 0.3, 0.6, 0.9, 0.99999]) {
      const cut = Math.floor(bytes.length * share);
      const result = await decode(bytes.subarray(0, cut), compression);
      expect(text.startsWith(result.text)).toBe(true);
      if (share > 0.5) expect(result.text.length).toBeGreaterThanOrEqual(100_000);
      expect(result.problem).toContain(`byte ${cut}`);
    }
  });

  test('damaged in the middle: a beginning of the data, and about which byte', async () => {
    const text = randomBytes(1_000_000).toString('hex');
    const bytes = pack(text);
    bytes.fill(0xee, 700_000, 1_000_000);
    const result = await decode(bytes, compression);
    expect(result.problem).toMatch(/is damaged at byte \d+/);
    expect(result.text.length).toBeGreaterThan(500_000);
  });

  test('not compressed at all', async () => {
    expect((await decode(Buffer.from('{"a":1}\n{"a":2}\n'), compression)).problem).toContain('is damaged at byte 0');
  });

  test('a bomb is stopped, with what came before', async () => {
    const bomb = pack(Buffer.alloc(20_000_000));
    const limits = { freeBytes: 4_000_000, ratio: 250 };
    const result = await decode(bomb, compression, { limits });
    expect(result.problem).toContain('more than 250 bytes for each compressed one');
    expect(result.text.length).toBeGreaterThan(1_000_000);
    expect(result.text.length).toBeLessThanOrEqual(5_000_000);
  });

  test('a copy larger than the cache is stopped, and the setting is named', async () => {
    const result = await decode(pack(randomBytes(5_000_000)), compression, { cacheBytes: 3_000_000 });
    expect(result.problem).toContain('loupe.cache.maximumSize');
    expect(result.text.length).toBeGreaterThan(0);
    expect(result.text.length).toBeLessThanOrEqual(3_000_000);
  });

  test('a complete copy is used again and reads next to nothing of the file', async () => {
    const cache = newCache();
    const path = file(pack(randomBytes(2_000_000)));
    const first = await openPath(path, compression, { cache });
    const bytes = await drain(first);
    await first.close();
    const second = await openPath(path, compression, { cache });
    expect(second.complete).toBe(true);
    expect(second.streams).toBe(1);
    expect((await drain(second)).equals(bytes)).toBe(true);
    expect(second.bytesRead).toBeLessThanOrEqual(128 * 1024);
    await second.close();
    expect(copiesIn(cache, '.copy')).toHaveLength(1);
    expect(copiesIn(cache, '.use')).toEqual([]);
  });

  test('a partial copy is not kept', async () => {
    const cache = newCache();
    const bytes = pack('abc');
    await decode(bytes.subarray(0, bytes.length - 1), compression, { cache });
    expect(readdirSync(join(cache, 'files'))).toEqual([]);
  });

  test('cancelled midway: nothing is left behind', async () => {
    const cache = newCache();
    const cancel = new AbortController();
    const copy = await openPath(file(pack(randomBytes(30_000_000))), compression, { cache, signal: cancel.signal });
    await copy.grown(0, never);
    cancel.abort();
    await copy.close();
    expect(copy.complete).toBe(true);
    expect(readdirSync(join(cache, 'files'))).toEqual([]);
  });
});

test('zstd: skippable frames give nothing', async () => {
  const bytes = Buffer.concat([skippable, zstdCompressSync('one '), emptySkippable, skippable, zstdCompressSync('two'), skippable]);
  expect(await decode(bytes, 'zstd')).toEqual({ text: 'one two', problem: null, streams: 2 });
});

test('gzip: optional header fields and zero padding', async () => {
  const deflated = deflateRawSync('field');
  const plain = gzipSync('field');
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 4, 0, 1, 2, 3, 4]);
  const member = Buffer.concat([header, Buffer.from('name.txt\0a comment\0'), Buffer.from([0, 0]), deflated, plain.subarray(plain.length - 8)]);
  expect(await decode(Buffer.concat([member, member, Buffer.alloc(700)]), 'gzip')).toEqual({ text: 'fieldfield', problem: null, streams: 2 });
});

test('gzip: a wrong checksum is told', async () => {
  const bytes = gzipSync('checked');
  bytes.writeUInt32LE(1, bytes.length - 8);
  const result = await decode(bytes, 'gzip');
  expect(result.text).toBe('checked');
  expect(result.problem).toContain('checksum');
});

describe('the cache', () => {
  test('a changed file is another file', async () => {
    const cache = newCache();
    const path = file(gzipSync('before'));
    await (await openPath(path, 'gzip', { cache })).close();
    writeFileSync(path, gzipSync('after!'));
    const copy = await openPath(path, 'gzip', { cache });
    expect((await drain(copy)).toString()).toBe('after!');
    await copy.close();
  });

  test('the copies used least recently go first, never one in use', async () => {
    const cache = newCache();
    const open = (): Promise<DecompressedCopy> => openPath(file(gzipSync(randomBytes(1_000_000))), 'gzip', { cache, cacheBytes: 3_500_000 });
    const used = await open();
    await drain(used);
    const [inUse = ''] = copiesIn(cache, '.copy');
    const idle = await open();
    await drain(idle);
    await idle.close();
    const [oldest = ''] = copiesIn(cache, '.copy').filter((name) => name !== inUse);
    utimesSync(join(cache, 'files', inUse), 1, 1);
    utimesSync(join(cache, 'files', oldest), 2, 2);
    const third = await open();
    await drain(third);
    await third.close();
    const next = await open();
    await drain(next);
    expect(next.problem).toBeNull();
    expect(copiesIn(cache, '.copy')).toContain(inUse);
    expect(copiesIn(cache, '.copy')).not.toContain(oldest);
    expect((await used.slice(0, 10)).length).toBe(10);
    await used.close();
    await next.close();
  });

  test('what a dead process left is removed, what a living one has is not', async () => {
    const cache = newCache();
    const inner = join(cache, 'files');
    mkdirSync(inner, { recursive: true });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const key = 'a'.repeat(32);
    const id = '0-0';
    const left = [`${key}.${dead}@${hostname()}.${id}.part`, `${key}-1.copy.${dead}@${hostname()}.${id}.use`];
    const living = [`${key}.${process.ppid}@${hostname()}.${id}.part`, `${key}.1@elsewhere.${id}.part`];
    for (const name of [...left, ...living]) writeFileSync(join(inner, name), 'x');
    await (await openPath(file(gzipSync('x')), 'gzip', { cache })).close();
    const now = readdirSync(inner);
    for (const name of left) expect(now).not.toContain(name);
    for (const name of living) expect(now).toContain(name);
  });

  test('growth is reported at most ten times a second, and at the end', async () => {
    let reports = 0;
    const started = performance.now();
    const copy = await openPath(file(gzipSync(randomBytes(20_000_000))), 'gzip', { changed: () => reports++ });
    await drain(copy);
    const seconds = (performance.now() - started) / 1000;
    expect(reports).toBeGreaterThanOrEqual(2);
    expect(reports).toBeLessThanOrEqual(seconds * 10 + 3);
    await copy.close();
  });

  test('a folder that cannot be made is an error that names it', async () => {
    const blocked = file(Buffer.from('not a folder'));
    await expect(openPath(file(gzipSync('x')), 'gzip', { cache: blocked })).rejects.toThrow(blocked);
  });
});
