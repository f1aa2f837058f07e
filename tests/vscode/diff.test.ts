import { DuckDBInstance } from '@duckdb/node-api';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ShardView } from './support/shard-view.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const context = browserForFile();
const ROWS = 40;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-diff-'));
  git('init', '-q');
  await write(`SELECT 'k' || range AS key, range * 2 AS n FROM range(${ROWS})`);
  git('add', '.');
  git('commit', '-qm', 'first');
  await write(`SELECT 'k' || range AS key, CASE WHEN range = 7 THEN -1 ELSE range * 2 END AS n FROM range(${ROWS + 1})`);
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=A Person', '-c', 'user.email=person@example.com', ...args], { cwd: folder });
}

async function write(select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${join(folder, 'a.parquet')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** Both sides of the diff by the number of their rows. */
async function side(frames: readonly Frame[], rows: number): Promise<Frame | null> {
  for (const frame of frames) {
    const text = await frame.locator('.shard-size').innerText({ timeout: 100 }).catch(() => '');
    if (text.startsWith(`${rows} rows`)) return frame;
  }
  return null;
}

it('shows a shard beside its version in git, marks the rows that differ and shows nothing else when asked', async () => {
  const workbench = await openFolder(context(), folder);
  await workbench.page.keyboard.press('Control+Shift+G');
  const changed = workbench.page.locator('.scm-view .monaco-list-row', { hasText: 'a.parquet' }).first();
  await changed.click();
  const find = (rows: number): Promise<Frame | null> => side(workbench.page.frames(), rows);
  await expect.poll(async () => (await find(ROWS)) !== null && (await find(ROWS + 1)) !== null).toBe(true);
  const before = new ShardView(workbench.page, (await find(ROWS)) as Frame);
  const after = new ShardView(workbench.page, (await find(ROWS + 1)) as Frame);
  await expect.poll(() => after.frame.locator('.cell.changed').first().isVisible()).toBe(true);
  await expect.poll(() => before.cell(7, 0).locator('.cell.changed').isVisible()).toBe(true);
  expect(await after.cell(6, 0).locator('.cell.changed').count()).toBe(0);
  await workbench.screenshot('git-diff');
  await after.frame.getByRole('button', { name: /^Changed rows only/ }).first().click();
  await expect.poll(async () => after.text(await after.named(0, 'key'))).toBe('k7');
  await expect.poll(async () => after.text(await after.named(1, 'key'))).toBe(`k${ROWS}`);
  await expect.poll(() => after.cell(2, 0).count()).toBe(0);
  await workbench.screenshot('git-diff-changed-only');
  await workbench.page.close();
});
