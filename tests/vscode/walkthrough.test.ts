import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/workspace.ts';
import { browserForFile, openSamples } from './support/windows.ts';

const context = browserForFile();

it('the walkthrough leads through its steps, each with its picture', async () => {
  const texts = JSON.parse(await readFile(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
  const titles = ['open', 'filter', 'row', 'sql', 'sideCars'].map((step) => texts[`walkthrough.${step}.title`] ?? '');
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const { page } = workbench;
  await workbench.palette('Welcome: Open Walkthrough...');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: texts['walkthrough.title'] ?? '' }).first().click();
  const steps = page.locator('.gettingStartedDetailsContent .getting-started-step');
  await expect.poll(() => steps.count()).toBe(titles.length);
  expect((await steps.locator('.step-title').allInnerTexts()).map((title) => title.trim())).toEqual(titles);
  for (const [at, title] of titles.entries()) {
    const step = steps.nth(at);
    if ((await step.getAttribute('class'))?.includes('expanded') !== true) await step.locator('.step-title').click();
    await expect.poll(() => step.getAttribute('class')).toContain('expanded');
    const frames = (): Promise<string[]> => Promise.all(page.frames().map((frame) => frame.locator('svg').first().getAttribute('viewBox', { timeout: 1_000 }).catch(() => null).then((box) => box ?? '')));
    await expect.poll(frames, { message: title }).toContain('0 0 480 320');
    await workbench.screenshot(`walkthrough-${at + 1}`);
  }
});
