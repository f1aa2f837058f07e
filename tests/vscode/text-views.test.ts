import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folderOf } from './support/files.ts';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const THEMES = ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'];

const LINES = ['😀 The first line of the page scores well.\n', 'Accept cookies | Login 🍪\n', 'Nobody has scored this line.\n', 'The last line is the best: 𝒜 to 𝒵.\n'];
const SCORES = [0.7, 0.05, null, 1];
const STARTS = LINES.map((_, i) => [...LINES.slice(0, i).join('')].length);
const LENGTH = [...LINES.join('')].length;

const RECORD = {
  raw_content: LINES.join(''),
  quality_signals: JSON.stringify({
    ccnet_length: [[0, LENGTH, LENGTH]],
    rps_lines_quality: LINES.map((line, i) => [STARTS[i], STARTS[i]! + [...line].length, SCORES[i]]),
    rps_lines_num_words: LINES.map((line, i) => [STARTS[i], STARTS[i]! + [...line].length + (i === 3 ? 9 : 0), line.split(' ').length]),
  }),
  texts: ['A text before the image.', null, 'A text after it.', null],
  images: [null, 'https://example.org/lake.jpg', null, 'https://example.org/hill.jpg'],
  embedding: Array.from({ length: 768 }, (_, i) => Math.sin(i / 40) * Math.cos(i / 7)),
};

const context = browserForFile();

/** Opens the record in the row inspector. */
async function openRecord(theme: string) {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  await writeFile(join(folder, 'pages.jsonl'), `${JSON.stringify(RECORD)}\n`);
  const workbench = await openFolder(context(), folder, { settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false } });
  const shard = await workbench.openShard('pages.jsonl', 'openInLoupe');
  await shard.click(0, 0);
  await workbench.page.keyboard.press('Enter');
  await shard.line('raw_content').waitFor();
  return { workbench, shard };
}

/** What the browser shades by the name of its shade. */
async function shades(shard: ShardView): Promise<Record<string, string[]>> {
  return shard.frame.evaluate(() =>
    Object.fromEntries(
      [...CSS.highlights]
        .filter(([name, ranges]) => name.startsWith('loupe-span') && ranges.size > 0)
        .map(([name, ranges]) => [name, [...ranges].map(({ startContainer, startOffset, endOffset }) => (startContainer as Text).data.slice(startOffset, endOffset))]),
    ),
  );
}

describe.each(THEMES)('texts and vectors in %s', (theme) => {
  it('are shaded by their spans, stand in their order, have a line', async () => {
    const { workbench, shard } = await openRecord(theme);
    const shaded = { 'loupe-span-0': [LINES[1]], 'loupe-span-4': [LINES[0]], 'loupe-span-5': [LINES[3]], 'loupe-span-none': [LINES[2]] };
    await expect.poll(() => shades(shard)).toEqual(shaded);
    const line = shard.line('raw_content').locator('.long-text');
    await line.hover({ position: { x: 40, y: 8 } });
    await shard.frame.getByRole('tooltip').getByText('0.7').waitFor();
    await workbench.screenshot(`spans-${theme.toLowerCase().replaceAll(' ', '-')}`);

    await shard.line('embedding').getByRole('img', { name: 'Line of 768 values' }).waitFor();
    const items = shard.panel().locator('.interleaved li');
    expect((await items.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())).toEqual([
      'A text before the image.',
      'Image, not fetched https://example.org/lake.jpg',
      'A text after it.',
      'Image, not fetched https://example.org/hill.jpg',
    ]);
    await shard.panel().getByText('Scores of the whole document').scrollIntoViewIfNeeded();
    await expect.poll(() => shard.frame.getByRole('tooltip').count()).toBe(0);
    await workbench.screenshot(`span-table-${theme.toLowerCase().replaceAll(' ', '-')}`);
  });
});

describe('spans by keyboard', () => {
  it('are chosen from a list, walked in the table, and told where they leave the text', async () => {
    const { workbench, shard } = await openRecord('Default Dark Modern');
    const choice = shard.panel().getByRole('combobox', { name: 'Shade the text by' });
    await choice.selectOption('rps_lines_num_words');
    await shard.panel().getByText(`1 span lies beyond the end of the text, which has ${LENGTH} characters.`).waitFor();
    await shard.panel().locator('.span-link').first().focus();
    await workbench.page.keyboard.press('End');
    await expect.poll(async () => (await shades(shard))['loupe-span-focus']).toEqual([LINES[3]]);
    await choice.selectOption('');
    await expect.poll(() => shades(shard)).toEqual({});
  });
});
