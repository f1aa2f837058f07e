import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openSamples } from './support/windows.ts';

const THEMES = [
  { theme: 'Default Dark Modern', kind: 'vscode-dark' },
  { theme: 'Default Light Modern', kind: 'vscode-light' },
  { theme: 'Default High Contrast', kind: 'vscode-high-contrast' },
  { theme: 'Default High Contrast Light', kind: 'vscode-high-contrast-light' },
] as const;

type Colour = readonly [number, number, number];

const context = browserForFile();

interface Colours {
  readonly text: Colour;
  readonly foreground: Colour;
  readonly ground: Colour;
}

/** A cell's text as the browser computed it, and what VS Code says that the editor's text and ground are. */
async function colours(shard: ShardView): Promise<Colours> {
  return shard.cell(0, 2).locator('.cell').evaluate((cell) => {
    const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (probe === null) throw new Error('No canvas');
    const parse = (colour: string): Colour => {
      probe.fillStyle = colour;
      probe.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
      return [r, g, b];
    };
    const theme = (name: string): Colour => parse(getComputedStyle(document.documentElement).getPropertyValue(`--vscode-editor-${name}`));
    return { text: parse(getComputedStyle(cell).color), foreground: theme('foreground'), ground: theme('background') };
  }); // prettier-ignore
}

/** WCAG's contrast of two colours, 1 to 21. */
function contrast(a: Colour, b: Colour): number {
  const light = (colour: Colour): number => {
    const [r, g, b] = colour.map((value) => (value / 255 <= 0.040_45 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** Share of a screenshot's pixels that have a colour, within a few steps. */
async function share(picture: Buffer, [r, g, b]: Colour): Promise<number> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let i = 0; i < data.length; i += 3) {
    if (Math.abs((data[i] ?? 0) - r) + Math.abs((data[i + 1] ?? 0) - g) + Math.abs((data[i + 2] ?? 0) - b) <= 6) count++;
  }
  return count / (info.width * info.height);
}

describe.each(THEMES)('in $theme', ({ theme, kind }) => {
  it('draws in the theme’s colours, readable', async () => {
    const settings = { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false };
    const workbench = await openSamples(context(), ['gallery.parquet'], { settings });
    const shard = await workbench.openShard('gallery.parquet');
    await shard.click(3, 2);
    await workbench.page.keyboard.press('Enter');
    await shard.picture('image');
    await (await shard.named(2, 'image')).locator('img').waitFor();
    expect(await shard.frame.locator('body').getAttribute('class')).toContain(kind);
    const { text, foreground, ground } = await colours(shard);
    expect.soft(text).toEqual(foreground);
    expect(contrast(text, ground)).toBeGreaterThan(kind.includes('contrast') ? 7 : 4.5);
    const name = theme.toLowerCase().replaceAll(' ', '-');
    await workbench.screenshot(`theme-${name}`);
    const cell = await shard.cell(9, 0).screenshot();
    expect.soft(await share(cell, ground), 'share of the ground’s colour in a cell').toBeGreaterThan(0.5);
  });
});
