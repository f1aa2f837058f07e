import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, inject, it, onTestFinished } from 'vitest';
import { browserForFile, openFiles } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();
const SHARD = 'gallery.parquet';

/** What a person types is what the file gets: VS Code adds neither brackets nor spaces. */
const settings = { 'editor.autoIndent': 'none', 'editor.autoClosingBrackets': 'never', 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' }, 'editor.suggestOnTriggerCharacters': false, 'editor.hover.enabled': 'off' };

/** A folder with the shard and an empty recipe, and the recipe in front. */
async function openRecipe(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-recipe-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'recipe.yaml'), '');
  const workbench = await openFiles(context(), { [SHARD]: join(inject('samples'), SHARD), 'recipe.yaml': join(folder, 'recipe.yaml') }, { settings });
  await workbench.openShard(SHARD);
  await workbench.quickOpen('recipe.yaml');
  await workbench.tab('recipe.yaml').and(workbench.page.locator('.active')).waitFor();
  await workbench.page.locator('.editor-instance .view-lines').first().click();
  return workbench;
}

function squiggles({ page }: Workbench, severity: 'error' | 'warning' | 'info'): Locator {
  return page.locator(`.editor-instance .squiggly-${severity}`);
}

/** Asks for suggestions until the one is there, and takes it. A server that has just started answers a moment later. */
async function complete(workbench: Workbench, label: string): Promise<void> {
  const { page } = workbench;
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
  await expect.poll(async () => {
    if (!(await row.isVisible())) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
    }
    return row.waitFor({ timeout: 2_000 }).then(() => true, () => false);
  }).toBe(true);
  await workbench.screenshot(`recipe-complete-${label}`);
  for (let down = 0; down < 20 && !(await row.evaluate((element) => element.classList.contains('focused'))); down++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

it('a misspelt op is underlined and mended by keyboard; parameters and columns of the open shard are completed', async () => {
  const workbench = await openRecipe();
  const { page } = workbench;
  await page.keyboard.type('process:\n  - text_lenght_filter:\n');
  await expect.poll(() => squiggles(workbench, 'error').count()).toBeGreaterThan(0);
  await workbench.screenshot('recipe-squiggle');

  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget .action', { hasText: 'Change to text_length_filter' }).first().waitFor();
  await workbench.screenshot('recipe-fix');
  await page.keyboard.press('Enter');
  await expect.poll(() => workbench.editorText()).toContain('- text_length_filter:');
  await expect.poll(() => squiggles(workbench, 'error').count()).toBe(0);

  await page.keyboard.press('Control+End');
  await page.keyboard.type('      max');
  await complete(workbench, 'max_len');
  await expect.poll(() => workbench.editorText()).toMatch(/ {6}max_len: /);

  await page.keyboard.press('Control+Home');
  await page.keyboard.type('text_keys: \n');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await complete(workbench, 'caption');
  await expect.poll(() => workbench.editorText()).toContain('text_keys: caption');

  await page.keyboard.press('End');
  await page.keyboard.type('s');
  await expect.poll(() => squiggles(workbench, 'info').count()).toBeGreaterThan(0);
  await workbench.screenshot('recipe-column');
});
