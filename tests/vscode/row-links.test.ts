import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { addSql, byDuckdb, chips, rowsShown } from './support/filtering.ts';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openSamples } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();
const FILE = 'gallery.parquet';

/** The question that is on screen with these words. */
function question(workbench: Workbench, words: string): Locator {
  return workbench.page.locator('.monaco-dialog-box', { hasText: words });
}

/** Gives VS Code a link and lets it go to Loupe. @returns Loupe's own question */
async function openUrl(workbench: Workbench, link: string): Promise<Locator> {
  await workbench.palette('Developer: Open URL');
  await workbench.page.locator('.quick-input-widget', { hasText: 'URL to open' }).waitFor();
  await workbench.quickInput().fill(link);
  await workbench.page.keyboard.press('Enter');
  const allow = question(workbench, 'extension to open this URI');
  await allow.waitFor();
  await allow.getByRole('button', { name: 'Open' }).click();
  const asked = question(workbench, 'of this file in Loupe?');
  await asked.waitFor();
  return asked;
}

/** Follows a link all the way. */
async function follow(workbench: Workbench, link: string): Promise<void> {
  const asked = await openUrl(workbench, link);
  await asked.getByRole('button', { name: 'Open' }).click();
  await asked.waitFor({ state: 'hidden' });
}

/** The number in the table of the row that has the focus. */
function focusedRow(shard: ShardView): Promise<string> {
  return shard.frame.locator('tbody tr:has(> [tabindex="0"]) th[role="rowheader"]').innerText();
}

it('a link asks before it opens its file, and leads to its row of the table whatever filter is on', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const { page } = workbench;
  const shard = await workbench.openShard(FILE);
  await shard.click(0, 0);
  await shard.goToRow(200);
  await expect.poll(() => focusedRow(shard)).toBe('201');
  await workbench.palette('Loupe: Copy Link to Row');
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toContain('loupe.loupe/open?');
  const link = await clipboard();
  const linkTo = (row: number): string => link.replace(/row(=|%3D)\d+/, `row$1${row + 1}`);
  await workbench.palette('View: Close All Editors');
  await workbench.tab(FILE).waitFor({ state: 'detached' });

  const asked = await openUrl(workbench, link);
  expect(await asked.innerText()).toMatch(/Open row 201 of this file in Loupe\?[\s\S]*\/gallery\.parquet/);
  await workbench.screenshot('link-asks');
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'hidden' });
  expect(await workbench.tab(FILE).count()).toBe(0);

  await follow(workbench, link);
  const opened = await workbench.shardOf(FILE, 200);
  await expect.poll(() => focusedRow(opened)).toBe('201');

  await addSql(opened, 'width > 512');
  const kept = (await byDuckdb(join(inject('samples'), FILE), 'n', 'WHERE width > 512 ORDER BY n')).map(([row]) => Number(row));
  await expect.poll(() => rowsShown(opened)).toBe(kept.length);
  const [passes = -1, hidden = -1] = [kept.at(-3), Array.from({ length: 300 }, (_, row) => row).findLast((row) => !kept.includes(row))];
  await follow(workbench, linkTo(passes));
  await expect.poll(() => focusedRow(opened)).toBe(String(passes + 1));
  expect(await chips(opened)).toHaveLength(1);
  await follow(workbench, linkTo(hidden));
  const offer = opened.frame.locator('.hidden-row');
  await expect.poll(() => offer.innerText()).toContain(`Row ${hidden + 1} does not pass the filter.`);
  expect(await focusedRow(opened)).toBe(String(passes + 1));
  await workbench.screenshot('link-hidden-row');
  await offer.getByRole('button', { name: 'Clear Filter and Show Row' }).click();
  await expect.poll(() => focusedRow(opened)).toBe(String(hidden + 1));
  expect(await chips(opened)).toEqual([]);
  expect(await offer.count()).toBe(0);
});
