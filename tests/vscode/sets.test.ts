import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { beginning, expectedParquet, type ExpectedShard } from './support/expectations.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const context = browserForFile();
const SHARDS = 3;

let folder: string;
let expected: ExpectedShard;
beforeEach(async () => {
  expected = await expectedParquet(inject('samples'));
  folder = await mkdtemp(join(tmpdir(), 'loupe-sets-'));
  await mkdir(join(folder, 'shards'));
  for (let i = 0; i < SHARDS; i++) await copyFile(expected.file, join(folder, 'shards', `${i}.parquet`));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** A text of the last row that the grid shows, and its column. */
function lastText(): [name: string, text: string] {
  const [name, text] = Object.entries(expected.texts.get(expected.rows - 1) ?? {})[1] ?? ['', ''];
  return [name, beginning(text)];
}

it('opens a folder as one table from the explorer, to its last row, and restores it when the window is reloaded', async () => {
  const rows = expected.rows * SHARDS;
  const workbench = await openFolder(context(), folder);
  await workbench.inExplorer('shards').click({ button: 'right' });
  await workbench.choose('Open Folder in Loupe as One Table');
  const shard = await workbench.shard();
  await shard.painted();
  console.log('TABS', await workbench.page.locator('.tabs-container .tab').allInnerTexts());
  expect((await shard.columnNames())[0]).toBe('shard');
  await expect.poll(() => workbench.statusBar()).toContain(`${rows.toLocaleString('en')} rows`);
  await shard.click(0, 0);
  await shard.lastRow();
  const [name, text] = lastText();
  const cell = await shard.named(rows - 1, name);
  await expect.poll(() => shard.text(cell)).toContain(text);
  await expect.poll(async () => shard.text(await shard.named(rows - 1, 'shard'))).toBe('2.parquet');
  await workbench.screenshot('set-last-row');
  await shard.goToRow(expected.rows + 1);
  await expect.poll(async () => shard.text(await shard.named(expected.rows + 1, 'shard'))).toBe('1.parquet');
  await expect.poll(() => workbench.remembers(`"row":${expected.rows + 1}`)).toBe(true);
  await workbench.page.reload();
  await workbench.settled();
  const back = await workbench.shard();
  await back.painted(expected.rows + 1);
  console.log('TABS', await workbench.page.locator('.tabs-container .tab').allInnerTexts());
  await expect.poll(() => workbench.statusBar()).toContain(`${rows.toLocaleString('en')} rows`);
  await workbench.screenshot('set-restored');
  await workbench.page.close();
});
