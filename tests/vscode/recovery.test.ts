import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { enginesUnder } from './support/engine-processes.ts';
import { beginning, expectedParquet } from './support/expectations.ts';
import { folderOf } from './support/files.ts';
import { launch, newContext, openFolder } from './support/windows.ts';

let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launch();
  context = await newContext(browser);
});
afterAll(() => browser.close());

it('brings the view back after its engine was killed, and reads on', async () => {
  const expected = await expectedParquet(inject('samples'));
  const { folder, remove } = await folderOf({ [expected.name]: expected.file });
  const before = new Set(enginesUnder(inject('serverPid')));
  const workbench = await openFolder(context, folder);
  await workbench.quickOpen(expected.name);
  const shard = await workbench.shard();
  await shard.painted();
  await shard.click(0, 0);
  const engines = enginesUnder(inject('serverPid')).filter((pid) => !before.has(pid));
  expect(engines).toHaveLength(1);
  process.kill(engines[0] as number, 'SIGKILL');
  await expect.poll(() => enginesUnder(inject('serverPid')).filter((pid) => !before.has(pid) && !engines.includes(pid)).length).toBe(1);
  const after = await workbench.shard();
  await after.painted();
  await after.click(0, 0);
  await after.lastRow();
  const [name, text] = Object.entries(expected.texts.get(expected.rows - 1) ?? {})[1] ?? ['', ''];
  const cell = await after.named(expected.rows - 1, name);
  await expect.poll(() => after.text(cell)).toContain(beginning(text));
  await workbench.screenshot('engine-back');
  await workbench.page.close();
  await remove();
});

it('restores focus, widths, hidden columns and the side view when the window is reloaded', async () => {
  const { folder, remove } = await folderOf({ 'gallery.parquet': join(inject('samples'), 'gallery.parquet') });
  const workbench = await openFolder(context, folder);
  await workbench.quickOpen('gallery.parquet');
  const shard = await workbench.shard();
  await shard.painted();
  await shard.click(0, 0);
  await workbench.palette('Loupe: Hide Column');
  await expect.poll(() => shard.columnNames()).not.toContain('uid');
  await (await shard.named(0, 'caption')).click();
  const header = shard.header('caption');
  const box = await header.boundingBox();
  if (box === null) throw new Error('The header of caption is not on screen');
  await workbench.page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await workbench.page.mouse.down();
  await workbench.page.mouse.move(box.x + box.width + 90, box.y + box.height / 2, { steps: 5 });
  await workbench.page.mouse.up();
  await expect.poll(async () => (await header.boundingBox())?.width ?? 0).toBeGreaterThan(box.width + 60);
  const width = (await header.boundingBox())?.width ?? 0;
  await (await shard.named(0, 'caption')).click();
  await shard.goToRow(249);
  await (await shard.named(249, 'caption')).click();
  await workbench.page.keyboard.press('Enter');
  await expect.poll(() => shard.panel().innerText()).toContain('Row 250');
  await expect.poll(() => workbench.remembers('"focus":{"row":249,"column":"caption"}')).toBe(true);
  await expect.poll(() => workbench.remembers('"panel":"row"')).toBe(true);
  await workbench.page.reload();
  await workbench.settled();
  const back = await workbench.shard();
  await back.painted(249);
  await expect.poll(() => back.panel().innerText()).toContain('Row 250');
  expect(await back.columnNames()).not.toContain('uid');
  await expect.poll(async () => Math.abs(((await back.header('caption').boundingBox())?.width ?? 0) - width)).toBeLessThan(3);
  await workbench.screenshot('window-reloaded');
  await workbench.page.close();
  await remove();
});
