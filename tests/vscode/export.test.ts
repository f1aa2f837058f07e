import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { expect, inject, it, onTestFinished } from 'vitest';
import { folderOf } from './support/files.ts';
import { byDuckdb, chips, counted, rowsShown } from './support/filtering.ts';
import type { ShardView } from './support/shard-view.ts';
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

/** Runs a command of the palette by the keyboard alone. */
async function command({ page, quickInput }: KeyboardOf, title: string): Promise<void> {
  await quickInput().waitFor({ state: 'hidden' });
  await page.keyboard.press('F1');
  await quickInput().waitFor();
  await page.keyboard.type(title);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
  await page.keyboard.press('Enter');
}

/** Takes the entry of an open list that has this label. */
async function pick({ page }: KeyboardOf, label: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().waitFor();
  await page.keyboard.type(label);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label }).waitFor();
  await page.keyboard.press('Enter');
}

type KeyboardOf = Pick<Workbench, 'page' | 'quickInput'>;

/** Takes the name that the dialog proposes, and waits until the file is written. @returns what the notice says */
async function save(workbench: Workbench, name: string): Promise<string> {
  const { page } = workbench;
  await expect.poll(() => workbench.quickInput().inputValue()).toMatch(new RegExp(`/${name.replaceAll('.', '\\.')}$`)); // prettier-ignore
  await page.keyboard.press('Enter');
  const notice = page.locator('.notification-toast', { hasText: 'Exported' }).last();
  await notice.waitFor();
  return notice.innerText();
}

/** Filters by the first bars of a column's chart, by the keyboard. @returns the condition in SQL */
async function filterByKeyboard(workbench: Workbench, shard: ShardView, name: string): Promise<string> {
  const { keyboard } = workbench.page;
  await counted(shard, name);
  await (await shard.named(0, name)).click();
  await keyboard.press('ArrowUp');
  await keyboard.press('F2');
  await shard.frame.locator('.header-chart:focus').waitFor();
  for (let bar = 0; bar < 6; bar++) await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Enter');
  await expect.poll(() => chips(shard)).toHaveLength(1);
  await expect.poll(() => rowsShown(shard)).not.toBeNull();
  await keyboard.press('Escape');
  const [min, max] = ((await shard.frame.locator('.chip-main').first().getAttribute('title')) ?? '').split(' … ');
  const upTo = (await chips(shard))[0]?.includes('<') === true ? '<' : '<=';
  return `${name} >= ${min ?? ''} AND ${name} ${upTo} ${max ?? ''}`;
}

it.each(['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'])('exports what is filtered and sorted by keyboard, and opens it again (%s)', async (theme) => {
  const { workbench, folder } = await openSample('gallery.parquet', theme);
  const shard = await workbench.openShard('gallery.parquet');
  const where = await filterByKeyboard(workbench, shard, 'aesthetic_score');
  await command(workbench, 'Loupe: Sort Descending');
  await expect.poll(() => shard.header('aesthetic_score').getAttribute('aria-sort')).toBe('descending');
  const wanted = await byDuckdb(sample('gallery.parquet'), 'uid, caption, aesthetic_score, md5(image.bytes)', `WHERE ${where} ORDER BY aesthetic_score DESC, n`);
  expect(wanted.length).toBeGreaterThan(5);
  expect(wanted.length).toBeLessThan(300);
  await expect.poll(() => rowsShown(shard)).toBe(wanted.length);

  await command(workbench, 'Loupe: Export Rows');
  const list = workbench.page.locator('.quick-input-list');
  await list.getByText('All rows that pass the filters').waitFor();
  const name = theme.toLowerCase().replaceAll(' ', '-');
  await workbench.screenshot(`export-rows-${name}`);
  await pick(workbench, 'All rows that pass the filters');
  await list.getByText('DataComp subset').waitFor();
  await workbench.screenshot(`export-formats-${name}`);
  await pick(workbench, 'Parquet');
  await pick(workbench, 'One file');
  expect(await save(workbench, 'gallery-export.parquet')).toContain(`Exported ${wanted.length} rows to gallery-export.parquet`);
  await workbench.screenshot(`exported-${name}`);
  expect((await readdir(folder)).sort()).toEqual(['gallery-export.parquet', 'gallery.parquet']);
  expect(await byDuckdb(join(folder, 'gallery-export.parquet'), 'uid, caption, aesthetic_score, md5(image.bytes)', 'ORDER BY n')).toEqual(wanted);

  const again = await workbench.openShard('gallery-export.parquet');
  expect(await again.columnNames()).toEqual(await shard.columnNames());
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
  expect(await save(workbench, 'documents-export.jsonl.zst')).toContain('Exported 5 rows to 2 files');
  const files = ['documents-export-00000-of-00002.jsonl.zst', 'documents-export-00001-of-00002.jsonl.zst'];
  expect((await readdir(folder)).sort()).toEqual([...files, 'documents.jsonl']);
  const lines = (await readFile(sample('documents.jsonl'), 'utf8')).split('\n').slice(2, 7);
  const written = await Promise.all(files.map(async (name) => zstdDecompressSync(await readFile(join(folder, name))).toString('utf8')));
  expect(written).toEqual([lines.slice(0, 3), lines.slice(3)].map((part) => part.map((line) => `${line}\n`).join('')));
  await write();
  await expect.poll(() => workbench.quickInput().inputValue()).toMatch(/documents-export\.jsonl\.zst$/);
  await page.keyboard.press('Enter');
  await page.locator('.notification-toast', { hasText: 'is there already' }).waitFor();
  expect((await readdir(folder)).sort()).toEqual([...files, 'documents.jsonl']);
});

it('writes a data set card of what is filtered, in a text editor beside the table', async () => {
  const { workbench } = await openSample('gallery.parquet');
  const shard = await workbench.openShard('gallery.parquet');
  await filterByKeyboard(workbench, shard, 'aesthetic_score');
  const rows = await rowsShown(shard);
  await command(workbench, 'Loupe: Write Data Set Card');
  await expect.poll(() => workbench.editorText()).toContain(`${rows ?? ''} rows, filtered out of one file`);
  const text = await workbench.editorText();
  expect(text).toContain('size_categories:');
  expect(text).toContain('dtype: image');
  await workbench.screenshot('data-set-card');
});
