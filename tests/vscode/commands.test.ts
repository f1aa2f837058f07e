import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { folderOf } from './support/files.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const context = browserForFile();

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The documents of the samples as their lines say them. */
async function documents(): Promise<string[]> {
  return (await readFile(join(inject('samples'), 'documents.jsonl'), 'utf8')).trimEnd().split('\n');
}

it('copies a cell, a row and a selection as JSON, big numbers digit by digit', async () => {
  const lines = await documents();
  const { folder, remove } = await folderOf({ 'documents.jsonl': join(inject('samples'), 'documents.jsonl') });
  const workbench = await openFolder(context(), folder);
  await workbench.inExplorer('documents.jsonl').click({ button: 'right' });
  await workbench.choose('Open in Loupe');
  const shard = await workbench.shard();
  await shard.painted();
  await (await shard.named(2, 'id_int')).click();
  await workbench.page.keyboard.press('Control+C');
  await expect.poll(() => clipboard(workbench.page)).toBe(/"id_int":(\d+)/.exec(lines[2] ?? '')?.[1]);
  await workbench.palette('Loupe: Copy Row as JSON');
  await expect.poll(() => clipboard(workbench.page)).toContain('"quality_signals"');
  expect(JSON.parse(await clipboard(workbench.page))).toEqual(JSON.parse(lines[2] ?? ''));
  await (await shard.named(4, 'id')).click({ button: 'right' });
  await workbench.choose('Copy Row as JSON');
  await expect.poll(async () => JSON.parse(await clipboard(workbench.page)) as unknown).toEqual(JSON.parse(lines[4] ?? ''));
  await (await shard.named(2, 'id')).click();
  await workbench.page.keyboard.press('Shift+ArrowDown');
  await workbench.page.keyboard.press('Control+C');
  await expect.poll(async () => (await clipboard(workbench.page)).trimEnd().split('\n').length).toBe(2);
  const copied = (await clipboard(workbench.page)).trimEnd().split('\n');
  expect(copied.map((line) => JSON.parse(line) as unknown)).toEqual(lines.slice(2, 4).map((line) => JSON.parse(line) as unknown));
  await workbench.page.close();
  await remove();
});

it('shows a row whole, finds in it, and opens a long text in a text editor', async () => {
  const lines = await documents();
  const long = lines.findIndex((line) => line.length > 4_000);
  const record = JSON.parse(lines[long] ?? '') as { text: string; id: string };
  const { folder, remove } = await folderOf({ 'documents.jsonl': join(inject('samples'), 'documents.jsonl') });
  const workbench = await openFolder(context(), folder);
  await workbench.inExplorer('documents.jsonl').click({ button: 'right' });
  await workbench.choose('Open in Loupe');
  const shard = await workbench.shard();
  await shard.painted();
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
  await workbench.page.close();
  await remove();
});

it('shows schema and file metadata, hides a column and shows it again', async () => {
  const { folder, remove } = await folderOf({ 'gallery.parquet': join(inject('samples'), 'gallery.parquet') });
  const workbench = await openFolder(context(), folder);
  await workbench.quickOpen('gallery.parquet');
  const shard = await workbench.shard();
  await shard.painted();
  await shard.togglePanel('Schema');
  await expect.poll(() => shard.panel().innerText()).toMatch(/embedding[\s\S]*FLOAT/);
  await workbench.screenshot('schema');
  await shard.togglePanel('Metadata');
  await expect.poll(() => shard.panel().innerText()).toContain('loupe samples');
  expect(await shard.panel().innerText()).toMatch(/row groups/i);
  await workbench.screenshot('metadata');
  const names = await shard.columnNames();
  await (await shard.named(0, 'caption')).click();
  await workbench.palette('Loupe: Hide Column');
  await expect.poll(() => shard.columnNames()).toEqual(names.filter((name) => name !== 'caption'));
  await workbench.palette('Loupe: Show All Columns');
  await expect.poll(() => shard.columnNames()).toEqual(names);
  const embedding = await shard.named(0, 'embedding');
  await embedding.scrollIntoViewIfNeeded();
  await expect.poll(() => shard.text(embedding)).toMatch(/^512 .*1\.000/);
  await workbench.page.close();
  await remove();
});

it('reopens lines with Loupe by "Reopen Editor With" and goes back to text', async () => {
  const { folder, remove } = await folderOf({ 'records.json': join(inject('samples'), 'records.json') });
  const workbench = await openFolder(context(), folder);
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
  await workbench.page.close();
  await remove();
});
