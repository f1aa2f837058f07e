import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isInstalled } from '../../../scripts/bootstrap.mjs';

let folder = '';
const lock = (packages: Record<string, unknown>): string => JSON.stringify({ packages });
const wanted = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b-win32': { version: '1.0.0', optional: true } };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-lock-'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package-lock.json'), lock(wanted));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('sees that nothing is installed', () => {
  expect(isInstalled(folder)).toBe(false);
});

it('accepts what the lock asks for, less parts of other platforms', async () => {
  await writeFile(join(folder, 'node_modules/.package-lock.json'), lock({ 'node_modules/a': { version: '1.0.0' } }));
  expect(isInstalled(folder)).toBe(true);
});

it('sees that the lock has changed since', async () => {
  await writeFile(join(folder, 'node_modules/.package-lock.json'), lock({ 'node_modules/a': { version: '0.9.0' } }));
  expect(isInstalled(folder)).toBe(false);
});
