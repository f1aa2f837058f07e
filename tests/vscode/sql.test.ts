import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openSamples } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();

interface Document {
  readonly id: string;
  readonly text: string;
}

/** The documents of the samples as a plain loop reads them. */
async function documents(): Promise<Document[]> {
  return (await readFile(join(inject('samples'), 'documents.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Document); // prettier-ignore
}

/** The console over the documents, with the keyboard in its text. */
async function openConsole(): Promise<{ readonly workbench: Workbench; readonly shard: ShardView }> {
  const workbench = await openSamples(context(), ['documents.jsonl']);
  const shard = await workbench.openShard('documents.jsonl', 'openInLoupe');
  await shard.painted();
  await workbench.palette('Loupe: Show SQL Console');
  await shard.panel().locator('textarea:focus').waitFor();
  return { workbench, shard };
}

/** Writes a statement in place of what stands in the console, and runs it. */
async function run(page: Page, statement: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(statement);
  await page.keyboard.press('Control+Enter');
}

/** The cells of the result's first rows. */
async function cells(shard: ShardView): Promise<string[][]> {
  const rows = await shard.panel().getByRole('row').filter({ has: shard.frame.getByRole('cell') }).all();
  return Promise.all(rows.map(async (row) => row.getByRole('cell').allInnerTexts()));
}

it('answers statements that are written with the keyboard, and says where one is wrong', async () => {
  const long = (await documents()).filter(({ text }) => [...text].length > 300);
  const { workbench, shard } = await openConsole();
  const { page } = workbench;
  await run(page, 'SELECT count(*) AS n FROM shard WHERE length(text) > 300');
  await expect.poll(() => cells(shard)).toEqual([[String(long.length)]]);
  await run(page, 'SELECT id\nFROM shard WHERE length(text) > 300');
  await expect.poll(async () => (await cells(shard)).slice(0, 3)).toEqual(long.slice(0, 3).map(({ id }) => [id]));
  expect(await shard.panel().locator('.sql-count').innerText()).toBe(`${long.length.toLocaleString('en')} rows`);
  await workbench.screenshot('sql-console');
  await run(page, 'SELECT id,\n  missing_column FROM shard');
  await expect.poll(() => shard.panel().getByRole('alert').innerText()).toContain('line 2, column 3');
  expect(await shard.panel().locator('mark').innerText()).toBe('missing_column');
  await workbench.screenshot('sql-error');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => shard.panel().getByRole('textbox').inputValue()).toContain('length(text) > 300');
  await page.keyboard.press('Control+Enter');
  await shard.panel().getByRole('alert').waitFor({ state: 'hidden' });
  const csv = ['id', ...long.map(({ id }) => id)].join('\r\n');
  // The result may be on its way when the button is reached.
  const copied = async (): Promise<string> => {
    await shard.panel().getByRole('button', { name: 'Copy result as CSV' }).press('Enter');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  await expect.poll(copied).toBe(csv);
});

it('opens a result as a table of its own, and copies a selection as CSV and Markdown', async () => {
  const all = await documents();
  const { workbench, shard } = await openConsole();
  const { page } = workbench;
  await run(page, 'SELECT id, length(text) AS n FROM shard ORDER BY id DESC LIMIT 5');
  await shard.panel().getByRole('button', { name: 'Open as table' }).press('Enter');
  const table = await workbench.shardOf('documents query 1.parquet');
  await table.painted();
  const ids = all.map(({ id }) => id).sort().reverse().slice(0, 5); // prettier-ignore
  expect(await table.columnNames()).toEqual(['id', 'n']);
  expect(await table.text(await table.named(0, 'id'))).toBe(ids[0]);
  await (await table.named(0, 'id')).click();
  await page.keyboard.press('Shift+ArrowDown');
  const lengths = ids.map((id) => [...(all.find((each) => each.id === id)?.text ?? '')].length);
  await workbench.palette('Loupe: Copy as CSV');
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toBe(`id,n\r\n${ids[0]},${lengths[0]}\r\n${ids[1]},${lengths[1]}`);
  await workbench.palette('Loupe: Copy as Markdown');
  await expect.poll(clipboard).toBe(`| id | n |\n| --- | --- |\n| ${ids[0]} | ${lengths[0]} |\n| ${ids[1]} | ${lengths[1]} |`);
});
