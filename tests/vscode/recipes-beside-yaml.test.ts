import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { installExtension, startServer } from '../../scripts/vscode/server.ts';
import { makeDataFolder } from '../../scripts/vscode/throwaway.ts';
import { browserForFile, openFiles } from './support/windows.ts';
import { packageYamlExtension } from './support/yaml-extension.ts';

const context = browserForFile();

/** An op that does not exist, a key that stands twice, and a bracket that nobody closes. */
const RECIPE = 'np: 2\nnp: 3\nprocess:\n  - text_lenght_filter:\n  - words_num_filter:\n      min_num: [1\n';

it('beside the YAML extension nothing is said twice, and nothing is offered twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-yaml-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { dataFolder, remove } = await makeDataFolder(inject('vsix'));
  await installExtension(dataFolder, await packageYamlExtension(folder));
  const server = await startServer(dataFolder);
  onTestFinished(async () => {
    await server.stop();
    await remove();
  });
  await writeFile(join(folder, 'recipe.yaml'), RECIPE);
  const workbench = await openFiles(context(), { 'recipe.yaml': join(folder, 'recipe.yaml') }, { server, settings: { 'yaml.schemaStore.enable': false, 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } } });
  const { page } = workbench;
  await workbench.quickOpen('recipe.yaml');
  await workbench.palette('Problems: Focus on Problems View');
  const problems = (): Promise<string[]> => page.locator('.markers-panel .monaco-list-row[aria-level="2"]').allInnerTexts();
  const saying = async (words: RegExp): Promise<number> => (await problems()).filter((text) => words.test(text)).length;
  await expect.poll(() => saying(/unknown-op/)).toBe(1);
  await expect.poll(() => saying(/YAML/)).toBeGreaterThan(0);
  await workbench.screenshot('recipe-beside-yaml');
  expect(await saying(/yaml-syntax|duplicate-key/)).toBe(0);
  expect(await saying(/unique/i)).toBe(2);

  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('process:\n- text_len');
  const offered = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'text_length_filter' });
  await expect.poll(async () => {
    await page.keyboard.press('Control+Space');
    return offered.first().waitFor({ timeout: 2_000 }).then(() => true, () => false);
  }).toBe(true);
  await workbench.screenshot('recipe-beside-yaml-offer');
  expect(await offered.count()).toBe(1);
});
