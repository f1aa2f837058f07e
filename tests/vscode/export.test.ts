import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { Locator } from 'playwright-core';
import { expect, inject, it, onTestFinished } from 'vitest';
import { folderOf } from './support/files.ts';
import { byDuckdb, chips, counted, rowNumbers, rowsShown } from './support/filtering.ts';
import type { ShardView } from './support/shard-view.ts';
import { themesToLookAt } from './support/themes.ts';
import { browserForFile, openFolder } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();

const sample = (name: string): string => join(inject('samples'), name);

/** A window on a folder with one sample in it, and where that is. */
async function openSample(name: string, theme = 'Default Dark Modern'): Promise<{ readonly workbench: Workbench; readonly folder: string }> {
  const { folder, remove } = await folderOf({ [name]: sample(name) });
  onTestFinished(remove);
  const settings = { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false };
  return { workbench: await openFolder(context(), folder, { settings }), folder };
}

/** Runs a command of the palette by the keyboard alone. What is still drawn may take the focus, and the palette away: then once more. */
async function command(workbench: Workbench, title: string): Promise<void> {
  const { page } = workbench;
  const within = (wanted: Locator): Promise<boolean> => wanted.waitFor({ timeout: 3_000 }).then(() => true, () => false); // prettier-ignore
  await workbench.quickInput().waitFor({ state: 'hidden' });
  for (let tries = 0; ; tries++) {
    if (tries > 9) throw new Error(`The palette never offered ${title}`);
    if (await workbench.quickInput().isVisible()) await page.keyboard.press('Escape');
    await workbench.quickInput().waitFor({ state: 'hidden' });
    await page.keyboard.press('F1');
    if (!(await within(workbench.quickInput()))) continue;
    await page.keyboard.type(title);
    if (await within(page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }))) break;
  }
  await page.keyboard.press('Enter');
}

/** A picture of an open list, once it has come up. */
async function pictureOfList(workbench: Workbench, name: string): Promise<void> {
  await workbench.page.locator('.quick-input-widget').evaluate((list) => Promise.allSettled(list.getAnimations({ subtree: true }).map(async ({ finished }) => finished)));
  await workbench.screenshot(name);
}

/** Takes the entry of an open list that has this label. */
async function pick({ page }: Workbench, label: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().waitFor();
  await page.keyboard.type(label);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label }).waitFor();
  await page.keyboard.press('Enter');
}

/** Takes the name that the dialog proposes. */
async function save(workbench: Workbench, name: string): Promise<void> {
  await expect.poll(() => workbench.quickInput().inputValue()).toMatch(new RegExp(`/${name.replaceAll('.', '\\.')}$`)); // prettier-ignore
  await workbench.page.keyboard.press('Enter');
}

/** Waits for a notice with these words among all that there are, where it stays, and takes a picture of it. */
async function noticeOf(workbench: Workbench, words: string, picture: string): Promise<Locator> {
  await command(workbench, 'Notifications: Show Notifications');
  const notice = workbench.page.locator('.notifications-center .notification-list-item', { hasText: words }).first();
  await notice.waitFor();
  await workbench.screenshot(picture);
  return notice;
}

/** Filters by the first bars of a column's chart, by the keyboard. @returns the condition in SQL */
async function filterByKeyboard(workbench: Workbench, shard: ShardView, name: string): Promise<string> {
  const { keyboard } = workbench.page;
  await counted(shard, name);
  await (await shard.named(0, name)).click();
  await keyboard.press('ArrowUp');
  await keyboard.press('F2');
  await shard.frame.locator('.header-chart:focus').waitFor();
  for (let bar = 0; bar < 16; bar++) await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Enter');
  await expect.poll(() => chips(shard)).toHaveLength(1);
  await expect.poll(() => rowsShown(shard)).not.toBeNull();
  await keyboard.press('Escape');
  const [min, max] = ((await shard.frame.locator('.chip-main').first().getAttribute('title')) ?? '').split(' … ');
  const upTo = (await chips(shard))[0]?.includes('<') === true ? '<' : '<=';
  return `${name} >= ${min ?? ''} AND ${name} ${upTo} ${max ?? ''}`;
}

it.each(themesToLookAt())('exports what is filtered and sorted by keyboard, and opens it again (%s)', async (theme) => {
  const { workbench, folder } = await openSample('gallery.parquet', theme);
  const shard = await workbench.openShard('gallery.parquet');
  const where = await filterByKeyboard(workbench, shard, 'aesthetic_score');
  await command(workbench, 'Loupe: Sort Descending');
  await expect.poll(() => shard.header('aesthetic_score').getAttribute('aria-sort')).toBe('descending');
  const wanted = await byDuckdb(sample('gallery.parquet'), 'uid, caption, aesthetic_score, md5(image.bytes), n + 1', `WHERE ${where} ORDER BY aesthetic_score DESC, n`);
  expect(wanted.length).toBeGreaterThan(5);
  expect(wanted.length).toBeLessThan(300);
  await expect.poll(() => rowsShown(shard)).toBe(wanted.length);
  await expect.poll(() => rowNumbers(shard, 3)).toEqual(wanted.slice(0, 3).map((row) => row.at(-1)));

  await command(workbench, 'Loupe: Export Rows');
  const list = workbench.page.locator('.quick-input-list');
  await list.getByText('All rows that pass the filters').waitFor();
  const name = theme.toLowerCase().replaceAll(' ', '-');
  await pictureOfList(workbench, `export-rows-${name}`);
  await pick(workbench, 'All rows that pass the filters');
  await list.getByText('DataComp subset').waitFor();
  await pictureOfList(workbench, `export-formats-${name}`);
  await pick(workbench, 'Parquet');
  await pick(workbench, 'One file');
  await save(workbench, 'gallery-export.parquet');
  const notice = await noticeOf(workbench, `Exported ${wanted.length} rows to gallery-export.parquet`, `exported-${name}`);
  expect((await readdir(folder)).sort()).toEqual(['gallery-export.parquet', 'gallery.parquet']);
  const written = await byDuckdb(join(folder, 'gallery-export.parquet'), 'uid, caption, aesthetic_score, md5(image.bytes)', 'ORDER BY n');
  expect(written).toEqual(wanted.map((row) => row.slice(0, -1)));

  const columns = await shard.columnNames();
  await notice.getByRole('button', { name: 'Open' }).press('Enter');
  const again = await workbench.shardOf('gallery-export.parquet');
  expect(await again.columnNames()).toEqual(columns);
  for (const row of [0, 1, wanted.length - 1]) {
    await again.goToRow(row);
    await expect.poll(async () => again.text(await again.named(row, 'uid'))).toBe(wanted[row]?.[0]);
  }
});

it('exports selected rows as JSON Lines in several files, of which none is replaced', async () => {
  const { workbench, folder } = await openSample('documents.jsonl');
  const { page } = workbench;
  const shard = await workbench.openShard('documents.jsonl', 'openInLoupe');
  await shard.click(2, 0);
  for (let row = 0; row < 4; row++) await page.keyboard.press('Shift+ArrowDown');
  const write = async (): Promise<void> => {
    await command(workbench, 'Loupe: Export Rows');
    await pick(workbench, 'Selected rows');
    await pick(workbench, 'JSON Lines, Zstandard');
    await pick(workbench, 'Files of so many rows');
    await expect.poll(() => workbench.quickInput().inputValue()).toBe('10000');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
  };
  await write();
  await save(workbench, 'documents-export.jsonl.zst');
  await noticeOf(workbench, 'Exported 5 rows to 2 files', 'exported-parts');
  const files = ['documents-export-00000-of-00002.jsonl.zst', 'documents-export-00001-of-00002.jsonl.zst'];
  expect((await readdir(folder)).sort()).toEqual([...files, 'documents.jsonl']);
  const lines = (await readFile(sample('documents.jsonl'), 'utf8')).split('\n').slice(2, 7);
  const written = await Promise.all(files.map(async (name) => zstdDecompressSync(await readFile(join(folder, name))).toString('utf8')));
  expect(written).toEqual([lines.slice(0, 3), lines.slice(3)].map((part) => part.map((line) => `${line}\n`).join('')));
  await write();
  await save(workbench, 'documents-export.jsonl.zst');
  await noticeOf(workbench, 'is there already', 'export-refused');
  expect((await readdir(folder)).sort()).toEqual([...files, 'documents.jsonl']);
});

it('writes a data set card of what is filtered, in a text editor beside the table', async () => {
  const { workbench } = await openSample('gallery.parquet');
  const shard = await workbench.openShard('gallery.parquet');
  await filterByKeyboard(workbench, shard, 'aesthetic_score');
  const rows = await rowsShown(shard);
  await command(workbench, 'Loupe: Write Data Set Card');
  await expect.poll(() => workbench.editorText()).toContain('size_categories:');
  expect(await workbench.editorText()).toContain('dtype: image');
  for (let page = 0; page < 2; page++) await workbench.page.keyboard.press('PageDown');
  await expect.poll(() => workbench.editorText()).toContain(`${rows ?? ''} rows, filtered out of one file`);
  await workbench.screenshot('data-set-card');
});
