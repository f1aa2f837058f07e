import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeParquet } from '../support/parquet-files.ts';
import { folderOf } from './support/files.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const context = browserForFile();

it.each(['Default Dark Modern', 'Default Light Modern', 'Default High Contrast', 'Default High Contrast Light'])('%s', async (theme) => {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  await writeParquet(join(folder, 'a.parquet'), `SELECT range::TINYINT AS small, 'caption ' || range AS caption, {'x': range, 'y': ['a', 'b']} AS meta, 'x'::BLOB AS bytes FROM range(100)`, 'COMPRESSION zstd');
  const short = theme.replaceAll(' ', '-');
  const workbench = await openFolder(context(), folder, { settings: { 'files.autoSave': 'off', 'workbench.colorTheme': theme } });
  const shard = await workbench.openShard('a.parquet');
  const { keyboard } = shard.page;
  const panel = shard.frame.locator('.edit-panel');
  // a paste
  await (await shard.named(2, 'caption')).click();
  await shard.page.evaluate(() => navigator.clipboard.writeText('one\n"two, ""2""\nand"\nthree\n'));
  await keyboard.press('Control+V');
  await panel.getByText('3 rows change.').waitFor();
  await workbench.screenshot(`look-paste-${short}`);
  await keyboard.press('Control+Enter');
  await expect.poll(async () => shard.text(await shard.named(2, 'caption'))).toBe('one');
  // a set that is refused
  await (await shard.named(0, 'small')).click();
  await workbench.palette('Loupe: Set Value in Rows');
  await panel.getByLabel('Value').waitFor();
  await keyboard.type('300');
  await panel.getByText('not take it').waitFor();
  await workbench.screenshot(`look-set-${short}`);
  // drop rows
  await (await shard.named(4, 'small')).click();
  await keyboard.press('Shift+ArrowDown');
  await workbench.palette('Loupe: Drop or Keep Rows');
  await shard.frame.locator('.cell.dropped').first().waitFor();
  // add a column
  await workbench.palette('Loupe: Add Column');
  await workbench.quickInput().fill('split');
  await keyboard.press('Enter');
  await expect.poll(() => workbench.page.locator('.quick-input-list .monaco-list-row').allInnerTexts()).toContain('Text');
  await keyboard.press('Enter');
  await workbench.page.locator('.quick-input-widget').getByText('One value for all rows').waitFor();
  await workbench.quickInput().fill('train');
  await keyboard.press('Enter');
  await expect.poll(async () => shard.text(await shard.named(0, 'split'))).toBe('train');
  await workbench.palette('Loupe: Show Unsaved Edits');
  await panel.getByText('cells edited').waitFor();
  await workbench.screenshot(`look-list-${short}`);
  if (theme === 'Default Dark Modern') {
    await (await shard.named(7, 'meta')).click();
    await keyboard.press('F2');
    await workbench.page.locator('.monaco-editor .view-line').first().waitFor();
    await expect.poll(() => workbench.page.locator('.monaco-editor .view-lines').first().innerText()).toContain('"x"');
    await workbench.page.locator('.monaco-editor .view-line').first().click();
    await keyboard.press('Control+End');
    await keyboard.type(',');
    await keyboard.press('Control+S');
    await workbench.page.locator('.notification-toast').first().waitFor();
    await workbench.screenshot(`look-editor-fault-${short}`);
    await keyboard.press('Backspace');
    await keyboard.press('Control+Home');
    await keyboard.press('ArrowDown');
    await keyboard.press('End');
    await keyboard.press('ArrowLeft');
    await keyboard.type('9');
    await keyboard.press('Control+S');
    await expect.poll(async () => shard.text(await shard.named(7, 'meta'))).toContain('79');
    await workbench.screenshot(`look-editor-${short}`);
    await keyboard.press('Control+Z');
  }
  await shard.page.keyboard.press('Escape');
  await (await shard.named(0, 'small')).click();
  await shard.page.keyboard.press('Control+S');
  await workbench.page.locator('.monaco-dialog-box').waitFor();
  await workbench.screenshot(`look-drop-dialog-${short}`);
  await workbench.page.locator('.monaco-dialog-box').getByText('Mark Them in a Column').click();
  await expect.poll(async () => shard.text(await shard.named(4, 'loupe_drop'))).toBe('true');
  await expect.poll(() => workbench.tab('a.parquet').evaluate((tab) => tab.classList.contains('dirty'))).toBe(false);
  await workbench.screenshot(`look-saved-${short}`);
});
