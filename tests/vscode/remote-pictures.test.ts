import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, inject, it, onTestFinished } from 'vitest';
import { folderOf } from './support/files.ts';
import { decodedPixels, difference, shownPixels } from './support/pixels.ts';
import { browserForFile, openFolder } from './support/windows.ts';

/** Scaling in browser and sharp differs by this much at most; another picture is far beyond it. */
const SAME = 20;

const context = browserForFile();

const draw = (background: string): Promise<Buffer> => sharp({ create: { width: 64, height: 48, channels: 3, background } }).png().toBuffer();

/** A server of this machine with one picture, and what it was asked for. */
async function serve(picture: Buffer): Promise<{ readonly host: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(picture);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Writes the host into the settings of the machine that the extension runs on, where alone it may stand. */
async function allowPrivate(host: string): Promise<void> {
  const folder = join(inject('server').dataFolder, 'data', 'Machine');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ 'loupe.pictures.privateHosts': [host] }));
  onTestFinished(() => rm(join(folder, 'settings.json')));
}

it('asks before it fetches a picture, keeps to public hosts, and shows it once its host is in the setting', async () => {
  const picture = await draw('seagreen');
  const { host, asked } = await serve(picture);
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  const rows = Array.from({ length: 5 }, (_, i) => ({ caption: `picture ${i}`, image_url: `http://${host}/${i}.png` }));
  await writeFile(join(folder, 'addresses.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('addresses.jsonl', 'openInLoupe');
  const bar = shard.frame.locator('.notices', { hasText: `Pictures of these rows are at ${host}; nothing is fetched before you allow it.` });
  await bar.waitFor();
  const cell = await shard.named(1, 'image_url');
  await cell.locator('.thumbnail-unasked').waitFor();
  await expect.poll(() => shard.text(cell)).toContain(`http://${host}/1.png`);
  await workbench.screenshot('pictures-unasked');
  await bar.getByText('Allow...').click();
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByText(`Fetch pictures from ${host}?`).waitFor();
  await workbench.screenshot('pictures-dialog');
  expect(asked).toEqual([]);
  await dialog.getByRole('button', { name: `Allow Pictures from ${host}` }).click();
  await cell.locator('.thumbnail-broken[title*="loupe.pictures.privateHosts"]').waitFor();
  await bar.waitFor({ state: 'hidden' });
  expect(asked).toEqual([]);
  await allowPrivate(host);
  await cell.locator('img').waitFor();
  expect(difference(await shownPixels(cell.locator('img')), await decodedPixels(picture))).toBeLessThan(SAME);
  expect(asked.toSorted()).toEqual(rows.map((_, i) => `/${i}.png`));
  await cell.click();
  await workbench.page.keyboard.press('Enter');
  const whole = await shard.picture('image_url');
  expect(difference(await shownPixels(whole), await decodedPixels(picture))).toBeLessThan(SAME);
  await expect.poll(() => shard.line('image_url').innerText()).toContain(`http://${host}/1.png`);
  await workbench.screenshot('pictures-by-address');
});

it('shows pictures by path below the folder of the shard, and a column as text when told to', async () => {
  const picture = await draw('firebrick');
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images/a.png'), picture);
  await writeFile(join(folder, 'paths.jsonl'), `${JSON.stringify({ img_path: 'images/a.png' })}\n${JSON.stringify({ img_path: '../a.png' })}\n`);
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('paths.jsonl', 'openInLoupe');
  const cell = await shard.named(0, 'img_path');
  await cell.locator('img').waitFor();
  expect(difference(await shownPixels(cell.locator('img')), await decodedPixels(picture))).toBeLessThan(SAME);
  await (await shard.named(1, 'img_path')).locator('.thumbnail-broken[title*="outside"]').waitFor();
  await cell.click();
  await workbench.palette('Loupe: Show Column as Text');
  await cell.locator('img').waitFor({ state: 'hidden' });
  await workbench.palette('Loupe: Show Column as Pictures');
  await cell.locator('img').waitFor();
});
