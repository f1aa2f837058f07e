import { DuckDBBlobValue, DuckDBInstance, DuckDBStructValue } from '@duckdb/node-api';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { readTar } from './support/expectations.ts';
import { folderOf } from './support/files.ts';
import { addSql, byDuckdb, rowsShown } from './support/filtering.ts';
import { GalleryTiles } from './support/gallery.ts';
import { decodedPixels, difference, shownPixels } from './support/pixels.ts';
import { themesToLookAt } from './support/themes.ts';
import { browserForFile, openFolder, openSamples } from './support/windows.ts';

/** Scaling in browser and sharp differs by this much at most; another picture is far beyond it. */
const SAME = 20;

const FILE = 'gallery.parquet';

const context = browserForFile();

const sample = (name: string): string => join(inject('samples'), name);

async function pictureOf(row: number): Promise<Buffer> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const read = await connection.runAndReadAll(`SELECT image FROM '${sample(FILE).replaceAll("'", "''")}' LIMIT 1 OFFSET ${row}`);
  const image = read.getRows()[0]?.[0];
  connection.closeSync();
  instance.closeSync();
  const bytes = image instanceof DuckDBStructValue ? image.entries.bytes : null;
  if (!(bytes instanceof DuckDBBlobValue)) throw new Error(`Row ${row} has no picture`);
  return Buffer.from(bytes.bytes);
}

const draw = (background: string): Promise<Buffer> => sharp({ create: { width: 64, height: 48, channels: 3, background } }).png().toBuffer();

it('shows the pictures of Parquet with their captions and scores, by keyboard', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const { keyboard } = workbench.page;
  const shard = await workbench.openShard(FILE);
  await (await shard.named(2, 'caption')).click();
  const gallery = await GalleryTiles.open(workbench, shard);
  await expect.poll(() => gallery.current()).toBe(2);
  for (const row of [0, 1, 2, 3]) expect(difference(await shownPixels(await gallery.picture(row)), await decodedPixels(await pictureOf(row))), `row ${row}`).toBeLessThan(SAME);
  const [[caption, score] = []] = await byDuckdb(sample(FILE), 'caption, aesthetic_score', 'WHERE n = 1');
  await expect.poll(() => gallery.tile(1).innerText()).toContain(caption);
  expect(await gallery.tile(1).innerText()).toContain('aesthetic_score');
  expect(await gallery.tile(1).innerText()).toContain(Number(score).toPrecision(4));
  await workbench.screenshot('gallery-parquet');

  const columns = await gallery.columns();
  expect(columns).toBeGreaterThan(2);
  await keyboard.press('ArrowRight');
  await expect.poll(() => gallery.current()).toBe(3);
  await keyboard.press('ArrowDown');
  await expect.poll(() => gallery.current()).toBe(3 + columns);
  await keyboard.press('ArrowUp');
  await keyboard.press('ArrowLeft');
  await expect.poll(() => gallery.current()).toBe(2);
  await keyboard.press('PageDown');
  await expect.poll(() => gallery.current()).toBeGreaterThanOrEqual(2 + columns);
  await keyboard.press('End');
  await expect.poll(() => gallery.current()).toBe(299);
  expect(difference(await shownPixels(await gallery.picture(299)), await decodedPixels(await pictureOf(299)))).toBeLessThan(SAME);
  const drawn = await gallery.drawn();
  expect(drawn.length).toBeLessThan(80);
  expect(drawn).not.toContain(0);
  await keyboard.press('Home');
  await expect.poll(() => gallery.current()).toBe(0);
  await gallery.picture(0);
});

it('shares focus and selection with the grid and the row at the side', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const { keyboard } = workbench.page;
  const shard = await workbench.openShard(FILE);
  await (await shard.named(0, 'caption')).click();
  const gallery = await GalleryTiles.open(workbench, shard);
  await gallery.tile(4).click();
  await keyboard.press(' ');
  await keyboard.press('Shift+ArrowRight');
  await expect.poll(() => gallery.tile(5).getAttribute('aria-selected')).toBe('true');
  expect(await gallery.tile(4).getAttribute('aria-selected')).toBe('true');
  expect(await gallery.tile(3).getAttribute('aria-selected')).toBe('false');
  await keyboard.press('Enter');
  await expect.poll(() => shard.panel().innerText()).toContain('Row 6');
  const whole = await shard.picture('image');
  expect(difference(await shownPixels(whole), await decodedPixels(await pictureOf(5)))).toBeLessThan(SAME);
  await keyboard.press('Alt+ArrowDown');
  await expect.poll(() => shard.panel().innerText()).toContain('Row 7');
  await expect.poll(() => gallery.current()).toBe(6);
  await keyboard.press('Escape');
  await keyboard.press('ArrowRight');
  await expect.poll(() => shard.panel().innerText()).toContain('Row 8');
  await keyboard.press('Control+Alt+G');
  await (await shard.named(7, 'caption')).and(shard.frame.locator('[tabindex="0"]')).waitFor();
  await expect.poll(() => shard.frame.locator('tbody tr[aria-selected="true"]').evaluateAll((rows) => rows.map((row) => Number(row.ariaRowIndex) - 2))).toEqual([4, 5]);
  await keyboard.press('ArrowDown');
  await keyboard.press('Control+Alt+G');
  await expect.poll(() => gallery.current()).toBe(8);
  await expect.poll(() => gallery.tile(4).getAttribute('aria-selected')).toBe('true');
});

it('shows the rows of the filter in their order', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const shard = await workbench.openShard(FILE);
  const gallery = await GalleryTiles.open(workbench, shard);
  await addSql(shard, 'aesthetic_score > 5.5 AND width > 200');
  const rows = await byDuckdb(sample(FILE), 'n', 'WHERE aesthetic_score > 5.5 AND width > 200 ORDER BY n');
  await expect.poll(() => rowsShown(shard)).toBe(rows.length);
  for (const position of [0, 1, 5]) {
    await expect.poll(() => gallery.tile(position).getAttribute('aria-label')).toContain(`Row ${Number(rows[position]?.[0]) + 1}`);
    expect(difference(await shownPixels(await gallery.picture(position)), await decodedPixels(await pictureOf(Number(rows[position]?.[0])))), `tile ${position}`).toBeLessThan(SAME);
  }
  await workbench.screenshot('gallery-filtered');
  await addSql(shard, 'width < 0');
  await shard.frame.getByText('No row', { exact: false }).first().waitFor();
  await workbench.screenshot('gallery-no-rows');
});

it('shows a WebDataset, is as large as wished, and is a gallery again after a reload', async () => {
  const workbench = await openSamples(context(), ['00000.tar']);
  const { keyboard } = workbench.page;
  const shard = await workbench.openShard('00000.tar');
  const members = await readTar(sample('00000.tar'));
  const pictures = members.filter(({ name }) => /\.(jpg|png|webp)$/.test(name)).map(({ bytes }) => bytes);
  await shard.frame.getByRole('button', { name: /Show as gallery/ }).click();
  const gallery = GalleryTiles.of(shard);
  for (const row of [0, 1, 2]) expect(difference(await shownPixels(await gallery.picture(row)), await decodedPixels(pictures[row] as Buffer)), `row ${row}`).toBeLessThan(SAME);
  await workbench.screenshot('gallery-webdataset');
  await gallery.tile(1).click();
  const columns = await gallery.columns();
  await keyboard.press('+');
  await keyboard.press('+');
  await keyboard.press('+');
  await expect.poll(() => gallery.columns()).toBeLessThan(columns);
  await expect.poll(() => gallery.current()).toBe(1);
  await shard.frame.getByRole('slider').fill('96');
  await expect.poll(() => gallery.columns()).toBeGreaterThan(columns);
  await gallery.picture(0);
  await workbench.screenshot('gallery-small');
  await expect.poll(() => workbench.remembers('"layout":"gallery"', '"size":96')).toBe(true);
  await expect.poll(() => workbench.remembers('"viewType":"loupe.shard"')).toBe(true);
  await workbench.page.reload();
  await workbench.settled();
  const again = GalleryTiles.of(await workbench.shard('00000.tar'));
  await again.picture(0);
  expect(await again.columns()).toBeGreaterThan(columns);
});

it('turns to the other pictures of a row, by keys and by its buttons', async () => {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  const pictures = await Promise.all(['firebrick', 'seagreen', 'royalblue'].map(draw));
  const rows = [{ caption: 'three', images: pictures.map((bytes) => bytes.toString('base64')) }, { caption: 'one', images: [pictures[1]?.toString('base64')] }, { caption: 'none', images: [] }];
  await writeFile(join(folder, 'several.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('several.jsonl', 'openInLoupe');
  const gallery = await GalleryTiles.open(workbench, shard);
  const shows = async (position: number, picture: number): Promise<number> => difference(await shownPixels(await gallery.picture(position)), await decodedPixels(pictures[picture] as Buffer));
  await expect.poll(() => shows(0, 0)).toBeLessThan(SAME);
  await expect.poll(() => gallery.tile(0).innerText()).toContain('1/3');
  expect(await gallery.tile(1).innerText()).not.toContain('/');
  await expect.poll(() => gallery.tile(2).innerText()).toContain('No picture in this row');
  await gallery.tile(0).locator('.tile-caption').click();
  await workbench.page.keyboard.press('.');
  await expect.poll(() => gallery.tile(0).innerText()).toContain('2/3');
  await expect.poll(() => shows(0, 1)).toBeLessThan(SAME);
  await gallery.tile(0).getByRole('button', { name: 'Next picture of the row (.)' }).click();
  await expect.poll(() => shows(0, 2)).toBeLessThan(SAME);
  // The keyboard stayed with the gallery.
  await workbench.page.keyboard.press('.');
  await expect.poll(() => shows(0, 0)).toBeLessThan(SAME);
  await workbench.screenshot('gallery-several');
});

it('compares two rows side by side, with what differs marked', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const { keyboard } = workbench.page;
  const shard = await workbench.openShard(FILE);
  const gallery = await GalleryTiles.open(workbench, shard);
  await gallery.tile(0).locator('.tile-caption').click();
  await keyboard.press('c');
  await expect.poll(() => gallery.tile(0).getAttribute('aria-label')).toContain('chosen for comparing');
  await keyboard.press('ArrowRight');
  await keyboard.press('c');
  const table = shard.panel().getByRole('table', { name: 'Compare' });
  await table.waitFor();
  const pictures = table.locator('.picture img');
  await expect.poll(() => pictures.count()).toBe(2);
  for (const row of [0, 1]) expect(difference(await shownPixels(pictures.nth(row)), await decodedPixels(await pictureOf(row))), `side ${row}`).toBeLessThan(SAME);
  const captions = await byDuckdb(sample(FILE), 'caption', 'WHERE n < 2 ORDER BY n');
  const caption = table.locator('tbody', { has: shard.frame.locator('.name', { hasText: /^caption$/ }) });
  await expect.poll(async () => (await caption.locator('td').allInnerTexts()).map((text) => text.trim())).toEqual(captions.flat());
  expect(await caption.getAttribute('class')).toBe('differs');
  expect(await caption.locator('mark').count()).toBeGreaterThan(0);
  await workbench.screenshot('gallery-compare');
});

it('says which pictures are elsewhere, and fetches none before it is allowed', async () => {
  const asked: string[] = [];
  const picture = await draw('seagreen');
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(picture);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  await writeFile(join(folder, 'addresses.jsonl'), Array.from({ length: 5 }, (_, i) => `${JSON.stringify({ caption: `picture ${i}`, image_url: `http://${host}/${i}.png` })}\n`).join(''));
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('addresses.jsonl', 'openInLoupe');
  const gallery = await GalleryTiles.open(workbench, shard);
  await expect.poll(() => gallery.tile(1).innerText()).toContain(`At ${host}: not fetched before you allow it`);
  await workbench.screenshot('gallery-unasked');
  expect(asked).toEqual([]);
  await gallery.tile(1).getByRole('button', { name: 'Allow...' }).click();
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByRole('button', { name: `Allow Pictures from ${host}` }).click();
  // Of a private network: the setting has to name it, and the tile says so.
  await expect.poll(() => gallery.tile(1).innerText()).toContain('loupe.pictures.privateHosts');
  expect(asked).toEqual([]);
});

it('says that there are no pictures, and takes the user’s word for where they are', async () => {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  await writeFile(join(folder, 'shown.png'), await draw('goldenrod'));
  await writeFile(join(folder, 'words.jsonl'), `${JSON.stringify({ what: 'shown.png', note: 'a note' })}\n`);
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('words.jsonl', 'openInLoupe');
  await workbench.page.keyboard.press('Control+Alt+G');
  const empty = shard.frame.locator('.empty', { hasText: 'No column of this shard is known to hold pictures.' });
  await empty.waitFor();
  await workbench.screenshot('gallery-no-pictures');
  await empty.getByLabel('Column of the pictures').selectOption({ label: 'what' });
  const gallery = GalleryTiles.of(shard);
  expect(difference(await shownPixels(await gallery.picture(0)), await decodedPixels(await draw('goldenrod')))).toBeLessThan(SAME);
});

describe.each(themesToLookAt())('in %s', (theme) => {
  it('draws focus, selection and words in the colours of the theme', async () => {
    const workbench = await openSamples(context(), [FILE], { settings: { 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false } });
    const shard = await workbench.openShard(FILE);
    const gallery = await GalleryTiles.open(workbench, shard);
    await gallery.tile(1).locator('.tile-caption').click();
    await workbench.page.keyboard.press(' ');
    await workbench.page.keyboard.press('Shift+ArrowRight');
    await workbench.page.keyboard.press('ArrowRight');
    await gallery.picture(8);
    await expect.poll(() => gallery.current()).toBe(3);
    const name = theme.toLowerCase().replaceAll(' ', '-');
    await workbench.screenshot(`gallery-${name}`);
    const outline = await gallery.tile(3).evaluate((tile) => getComputedStyle(tile).outlineColor);
    const border = await gallery.tile(3).evaluate((tile) => {
      const probe = document.createElement('i');
      probe.style.color = 'var(--vscode-focusBorder)';
      tile.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    });
    expect(outline).toBe(border);
    await workbench.page.keyboard.press('c');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('c');
    await shard.panel().getByRole('table', { name: 'Compare' }).locator('.picture img').first().waitFor();
    await workbench.screenshot(`compare-${name}`);
  });
});
