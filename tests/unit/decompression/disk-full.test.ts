import type { FileHandle } from 'node:fs/promises';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { openDecompressed } from '../../../extension/engine/decompression/open.ts';
import { FileSource } from '../../../extension/engine/shards/source.ts';

/** Writes that the disk of this test takes. */
const WRITES = 2;

vi.mock('../../../extension/engine/cache/disk-cache.ts', async (original) => {
  const module = await original<typeof import('../../../extension/engine/cache/disk-cache.ts')>();
  const createPart = async (path: string): Promise<FileHandle> => {
    const handle = await module.createPart(path);
    const write = handle.write.bind(handle) as (...parameters: unknown[]) => Promise<unknown>;
    let writes = 0;
    const limited = (...parameters: unknown[]): Promise<unknown> =>
      ++writes > WRITES ? Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })) : write(...parameters);
    return Object.assign(handle, { write: limited });
  };
  return { ...module, createPart };
});

test('a full disk ends the copy: what is there is readable, nothing stays behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-full-'));
  const path = join(folder, 'large.jsonl.gz');
  writeFileSync(path, gzipSync(randomBytes(6_000_000)));
  const signal = new AbortController().signal;
  const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal };
  const copy = await openDecompressed(await FileSource.open(path), 'gzip', context);
  await copy.grown(Infinity, signal);
  expect(copy.complete).toBe(true);
  expect(copy.problem).toMatchObject({ code: 'too-large', message: expect.stringContaining('disk') as string });
  expect(copy.byteLength).toBeGreaterThan(1_000_000);
  expect((await copy.slice(0, 100)).length).toBe(100);
  await copy.close();
  expect(readdirSync(join(folder, 'cache', 'files'))).toEqual([]);
  rmSync(folder, { recursive: true });
});
