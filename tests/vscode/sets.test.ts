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
const shardPath = (number: number): string => join(folder, 'shards', `${number}.parquet`);
const rowsText = (shards: number): string => `${(expected.rows * shards).toLocaleString('en')} rows`;

beforeEach(async () => {
  expected = await expectedParquet(inject('samples'));
  folder = await mkdtemp(join(tmpdir(), 'loupe-sets-'));
  await mkdir(join(folder, 'shards'));
  for (let i = 0; i < SHARDS; i++) await copyFile(expected.file, shardPath(i));
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
  await workbench.tab('shards (3 shards)').waitFor();
  expect((await shard.columnNames())[0]).toBe('shard');
  await expect.poll(() => workbench.statusBar()).toContain(rowsText(SHARDS));
  await shard.click(0, 0);
  await shard.lastRow();
  const [name, text] = lastText();
  const cell = await shard.named(rows - 1, name);
  await expect.poll(() => shard.text(cell)).toContain(text);
  await expect.poll(async () => shard.text(await shard.named(rows - 1, 'shard'))).toBe('2.parquet');
  await workbench.screenshot('set-last-row');
  await shard.goToRow(expected.rows + 1);
  const second = await shard.named(expected.rows + 1, 'shard');
  await expect.poll(() => shard.text(second)).toBe('1.parquet');
  await second.click();
  await expect.poll(() => workbench.remembers(`"focus":{"row":${expected.rows + 1},"column":"shard"}`)).toBe(true);
  await workbench.page.reload();
  await workbench.settled();
  const back = await workbench.shard();
  await back.painted(expected.rows + 1);
  await workbench.tab('shards (3 shards)').waitFor();
  await expect.poll(() => workbench.statusBar()).toContain(rowsText(SHARDS));
  await workbench.screenshot('set-restored');
  await workbench.page.close();
});

it('opens a brace glob from the palette, remembers it, and files that are selected in the explorer', async () => {
  const workbench = await openFolder(context(), folder);
  await workbench.palette('Loupe: Open Shards by Pattern as One Table...');
  await workbench.page.locator('.quick-input-widget', { hasText: 'A path or brace glob' }).waitFor();
  await workbench.page.keyboard.type('shards/{1..2}.parquet');
  await workbench.page.keyboard.press('Enter');
  const byPattern = await workbench.shard();
  await byPattern.painted();
  await expect.poll(() => workbench.statusBar()).toContain(rowsText(2));
  await expect.poll(async () => byPattern.text(await byPattern.named(0, 'shard'))).toBe('shards/1.parquet');
  await workbench.palette('Loupe: Open Shards by Pattern as One Table...');
  await workbench.page.locator('.quick-input-widget', { hasText: 'A path or brace glob' }).waitFor();
  expect(await workbench.quickInput().inputValue()).toBe('shards/{1..2}.parquet');
  await workbench.page.keyboard.press('Escape');
  await workbench.inExplorer('shards').click();
  await workbench.inExplorer('0.parquet').click();
  // Opening a file reveals it in the explorer, which ends a selection.
  await workbench.tab('0.parquet').waitFor();
  await (await workbench.shard()).painted();
  await workbench.inExplorer('2.parquet').click({ modifiers: ['Control'] });
  await workbench.inExplorer('2.parquet').click({ button: 'right' });
  await workbench.choose('Open as One Table in Loupe');
  await workbench.tab('shards (2 shards)').waitFor();
  const bySelection = await workbench.shard();
  await bySelection.painted();
  await bySelection.click(0, 0);
  await bySelection.lastRow();
  await expect.poll(async () => bySelection.text(await bySelection.named(expected.rows * 2 - 1, 'shard'))).toBe('2.parquet');
  await workbench.screenshot('set-selected');
  await workbench.page.close();
});

it('tells new shards and a shard that vanished; the other rows stay, and reloading shows what is there', async () => {
  const workbench = await openFolder(context(), folder);
  await workbench.inExplorer('shards').click({ button: 'right' });
  await workbench.choose('Open Folder in Loupe as One Table');
  const shard = await workbench.shard();
  await shard.painted();
  await expect.poll(() => workbench.statusBar()).toContain(rowsText(3));
  await rm(shardPath(1));
  const notices = shard.frame.locator('.notices');
  const allNotices = async (): Promise<string> => {
    const more = notices.locator('vscode-button[aria-expanded="false"]');
    if (await more.isVisible()) await more.click();
    return notices.innerText();
  };
  await expect.poll(allNotices).toContain('deleted or moved since the set was opened: 1 (1.parquet)');
  await shard.click(0, 0);
  await shard.goToRow(expected.rows + 1);
  const lost = await shard.named(expected.rows + 1, lastText()[0]);
  await expect.poll(() => lost.locator('.cell').getAttribute('class')).toContain('invalid');
  await workbench.screenshot('set-shard-vanished');
  await shard.lastRow();
  const last = await shard.named(expected.rows * 3 - 1, lastText()[0]);
  await expect.poll(() => shard.text(last)).toContain(lastText()[1]);
  await copyFile(expected.file, shardPath(7));
  await expect.poll(allNotices).toContain('New shards since the set was opened: 1 (7.parquet)');
  await workbench.palette('Loupe: Reload From Disk');
  await expect.poll(() => notices.count()).toBe(0);
  await expect.poll(() => workbench.statusBar()).toContain(rowsText(3));
  await shard.lastRow();
  await expect.poll(async () => shard.text(await shard.named(expected.rows * 3 - 1, 'shard'))).toBe('7.parquet');
  await workbench.page.close();
});
