import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it, onTestFinished } from 'vitest';
import { enginesStartedFromNow } from './support/engine-processes.ts';
import { folderOf } from './support/files.ts';
import { browserForFile, openFolder, openSamples } from './support/windows.ts';

const context = browserForFile();

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** What the clipboard holds, JSON value by line. */
async function copied(page: Page): Promise<unknown[]> {
  return (await clipboard(page)).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore
}

/** The documents of the samples as their lines say them. */
async function documents(): Promise<string[]> {
  return (await readFile(join(inject('samples'), 'documents.jsonl'), 'utf8')).trimEnd().split('\n');
}

it('copies a cell, a row and a selection as JSON, big numbers digit by digit', async () => {
  const lines = await documents();
  const records = lines.map((line) => JSON.parse(line) as { id: string });
  const workbench = await openSamples(context(), ['documents.jsonl']);
  const { page } = workbench;
  const shard = await workbench.openShard('documents.jsonl', 'openInLoupe');
  await (await shard.named(2, 'id_int')).click();
  await page.keyboard.press('Control+C');
  await expect.poll(() => clipboard(page)).toBe(/"id_int":(\d+)/.exec(lines[2] ?? '')?.[1]);
  await workbench.palette('Loupe: Copy Row as JSON');
  await expect.poll(() => clipboard(page)).toContain('"quality_signals"');
  expect(await copied(page)).toEqual([records[2]]);
  await (await shard.named(3, 'id')).click();
  await workbench.palette('Loupe: Copy Cell as JSON');
  await expect.poll(() => copied(page)).toEqual([records[3]?.id]);
  await (await shard.named(4, 'id')).click({ button: 'right' });
  await workbench.choose('Copy Row as JSON');
  await expect.poll(() => copied(page)).toEqual([records[4]]);
  await (await shard.named(2, 'id')).click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+C');
  await expect.poll(() => copied(page)).toEqual(records.slice(2, 4));
  await page.keyboard.press('Shift+ArrowDown');
  await workbench.palette('Loupe: Copy Selection as JSON');
  await expect.poll(() => copied(page)).toEqual(records.slice(2, 5));
});

it('shows a row whole, finds in it, and opens a long text in a text editor', async () => {
  const lines = await documents();
  const long = lines.findIndex((line) => line.length > 4_000);
  const record = JSON.parse(lines[long] ?? '') as { text: string; id: string };
  const workbench = await openSamples(context(), ['documents.jsonl']);
  const shard = await workbench.openShard('documents.jsonl', 'openInLoupe');
  await shard.click(0, 0);
  await shard.goToRow(long);
  await (await shard.named(long, 'text')).click();
  await workbench.page.keyboard.press('Enter');
  await expect.poll(() => shard.line('text').locator('.long-text').textContent()).toBe(record.text);
  await expect.poll(() => shard.line('id').innerText()).toContain(record.id);
  await workbench.page.keyboard.press('Control+F');
  const box = shard.panel().locator('vscode-text-field:focus, vscode-text-field:focus-within');
  await box.waitFor();
  await workbench.page.keyboard.type('lighthouse');
  expect(await box.evaluate((field: HTMLElement & { value: string }) => field.value)).toBe('lighthouse');
  const found = record.text.split('lighthouse').length - 1;
  await expect.poll(() => shard.panel().innerText()).toMatch(new RegExp(`1 of ${found}\\b`));
  await workbench.screenshot('inspector-find');
  await shard.line('text').hover();
  await shard.line('text').getByRole('button', { name: 'Open in text editor' }).click();
  await expect.poll(() => workbench.editorText()).toContain(record.text.slice(0, 30));
  await workbench.screenshot('text-editor');
});

it('goes to a row, opens it at the side, finds in it and wraps it by commands', async () => {
  const workbench = await openSamples(context(), ['documents.jsonl']);
  const { page } = workbench;
  await workbench.quickOpen('documents.jsonl');
  await expect.poll(() => workbench.editorText()).toContain('{"');
  await page.locator('.editor-actions').getByRole('button', { name: 'Open in Loupe' }).click();
  const shard = await workbench.shardOf('documents.jsonl');
  await workbench.palette('Loupe: Go to Row...');
  await shard.frame.locator('.go-to-row:focus-within').waitFor();
  await page.keyboard.type('301');
  await page.keyboard.press('Enter');
  await shard.cell(300, 0).waitFor();
  await workbench.palette('Loupe: Show Row');
  await expect.poll(() => shard.panel().innerText()).toContain('Row 301');
  await workbench.palette('Loupe: Find in Row');
  await shard.panel().locator('vscode-text-field:focus-within').waitFor();
  await page.keyboard.type('zzz-not-there');
  await expect.poll(() => shard.panel().innerText()).toContain('No results');
  const whiteSpace = (): Promise<string> => shard.line('text').locator('.long-text').evaluate((text) => getComputedStyle(text).whiteSpaceCollapse + getComputedStyle(text).textWrapMode); // prettier-ignore
  expect(await whiteSpace()).toMatch(/[^o]wrap$/);
  await workbench.palette('Loupe: Toggle Word Wrap');
  await expect.poll(whiteSpace).toMatch(/nowrap$/);
  await page.keyboard.press('Alt+Z');
  await expect.poll(whiteSpace).toMatch(/[^o]wrap$/);
});

it('shows schema and file metadata, by button and by command', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const schema = /^Schema\s[\s\S]*embedding[\s\S]*FLOAT/;
  await shard.togglePanel('Schema');
  await expect.poll(() => shard.panel().innerText()).toMatch(schema);
  await workbench.screenshot('schema');
  await shard.togglePanel('Metadata');
  await expect.poll(() => shard.panel().innerText()).toContain('loupe samples');
  expect(await shard.panel().innerText()).toMatch(/row groups/i);
  await workbench.screenshot('metadata');
  await workbench.palette('Loupe: Show Schema');
  await expect.poll(() => shard.panel().innerText()).toMatch(schema);
  await workbench.palette('Loupe: Show File Metadata');
  await expect.poll(() => shard.panel().innerText()).toContain('loupe samples');
});

it('hides a column and shows it again; an embedding is its dimension and norm', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const names = await shard.columnNames();
  await (await shard.named(0, 'caption')).click();
  await workbench.palette('Loupe: Hide Column');
  await expect.poll(() => shard.columnNames()).toEqual(names.filter((name) => name !== 'caption'));
  await workbench.palette('Loupe: Show All Columns');
  await expect.poll(() => shard.columnNames()).toEqual(names);
  const embedding = await shard.named(0, 'embedding');
  await embedding.scrollIntoViewIfNeeded();
  await expect.poll(() => shard.text(embedding)).toMatch(/^512 .*1\.000/);
});

it('reads the file as it is on disk now, shows the log and starts a new engine when told to', async () => {
  const { folder, remove } = await folderOf({ 'grows.parquet': join(inject('samples'), 'gallery.parquet') });
  onTestFinished(remove);
  const started = enginesStartedFromNow();
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('grows.parquet');
  await copyFile(join(inject('samples'), '00000.tar'), join(folder, 'grows.parquet'));
  await workbench.palette('Loupe: Reload From Disk');
  await expect.poll(() => shard.columnNames()).toContain('jpg');
  await expect.poll(() => shard.frame.locator('.notices').innerText()).not.toContain('changed on disk');
  const [engine] = started();
  await workbench.palette('Loupe: Restart Engine');
  await expect.poll(() => started().filter((pid) => pid !== engine)).toHaveLength(1);
  expect(started()).not.toContain(engine);
  await workbench.palette('Loupe: Show Log');
  await expect.poll(() => workbench.page.locator('.part.panel select').locator('option:checked').allTextContents()).toContain('Loupe');
});

it('reopens lines with Loupe by "Reopen Editor With" and goes back to text', async () => {
  const workbench = await openSamples(context(), ['records.json']);
  await workbench.quickOpen('records.json');
  await expect.poll(() => workbench.editorText()).toContain('"question"');
  await workbench.palette('View: Reopen Editor With...');
  await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Loupe' }).first().click();
  const shard = await workbench.shard();
  await shard.painted();
  await shard.click(0, 0);
  await shard.lastRow();
  const cell = await shard.named(249, 'key');
  await expect.poll(() => shard.text(cell)).toBe('000000249');
  await expect.poll(() => workbench.statusBar()).toMatch(/250 rows/);
});
