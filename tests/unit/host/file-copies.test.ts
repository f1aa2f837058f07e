import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import { seen, Uri, workspace } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

const MIB = 1024 * 1024;
let folder: string;
let copies: FileCopies;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'loupe-copies-')), 'copies');
  copies = new FileCopies(folder);
  seen.settings.set('remoteFiles.maximumSize', 1);
});
afterEach(() => {
  seen.remote.clear();
  seen.settings.clear();
  rmSync(join(folder, '..'), { recursive: true, force: true });
  vi.restoreAllMocks();
});

/** A file of another file system. */
function remote(name: string, bytes: string | Uint8Array): vscode.Uri {
  const uri = new Uri({ scheme: 'memfs', path: `/${name}` });
  seen.remote.set(uri.toString(), Buffer.from(bytes));
  return uri as unknown as vscode.Uri;
}

test('a file is copied once for each version, under its own name', async () => {
  const reads = vi.spyOn(workspace.fs, 'readFile');
  const uri = remote('a.jsonl', 'one');
  const [first, second] = await Promise.all([copies.copy(uri), copies.copy(uri)]);
  expect(first.path).toMatch(/a\.jsonl$/);
  expect(second.path).toBe(first.path);
  expect(readFileSync(first.path, 'utf8')).toBe('one');
  expect(reads).toHaveBeenCalledTimes(1);
  const changed = await copies.copy(remote('a.jsonl', 'other'));
  expect(readFileSync(changed.path, 'utf8')).toBe('other');
  expect(readFileSync(first.path, 'utf8')).toBe('one');
});

test('a file above the limit is refused before it is read, by the setting that says so', async () => {
  const reads = vi.spyOn(workspace.fs, 'readFile');
  await expect(copies.copy(remote('big.parquet', new Uint8Array(MIB + 1)))).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringMatching(/^big\.parquet has 1 MB\..*up to 1 MB \(setting loupe\.remoteFiles\.maximumSize\)/) as string,
  });
  expect(reads).not.toHaveBeenCalled();
});

test('a file whose size is not what was said is refused too', async () => {
  const uri = remote('liar.parquet', new Uint8Array(2 * MIB));
  vi.spyOn(workspace.fs, 'stat').mockResolvedValue({ size: 0, mtime: 1 });
  await expect(copies.copy(uri)).rejects.toMatchObject({ code: 'too-large' });
  expect(existsSync(folder)).toBe(false);
});

test('copies that nobody uses make room, the one used longest ago first', async () => {
  const held = await copies.copy(remote('held', new Uint8Array(MIB)));
  for (let i = 0; i < 6; i++) (await copies.copy(remote(`${i}`, new Uint8Array(MIB)))).release();
  expect(readdirSync(folder).length).toBeLessThanOrEqual(5);
  expect(existsSync(held.path)).toBe(true);
  held.release();
  (await copies.copy(remote('last', new Uint8Array(MIB)))).release();
  expect(existsSync(held.path)).toBe(false);
});

test('what the file system says is told in words', async () => {
  const uri = new Uri({ scheme: 'memfs', path: '/gone.parquet' }) as unknown as vscode.Uri;
  await expect(copies.copy(uri)).rejects.toMatchObject({ code: 'not-found', message: 'gone.parquet cannot be read: not found' });
});
