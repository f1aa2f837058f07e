import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { Workbench } from '../tests/vscode/support/workbench.ts';
import { makeSamples } from './samples.ts';
import { folderUrl, writeSettings, type CodeServer } from './vscode/server.ts';
import { withLoupe } from './vscode/throwaway.ts';
import { root } from './workspace.ts';

/** Bytes that one picture of the README may have. */
const PICTURE_BUDGET = 300 * 1024;

/** A picture of the README: the theme, and what a person does before it is taken. */
interface Shot {
  readonly name: string;
  readonly theme: string;
  readonly stage: (workbench: Workbench) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: 'gallery', theme: 'Default Dark Modern', stage: gallery },
  { name: 'documents', theme: 'Default Light Modern', stage: documents },
  { name: 'webdataset', theme: 'Default Dark Modern', stage: webDataset },
  { name: 'metadata', theme: 'Default Light Modern', stage: metadata },
];

async function gallery(workbench: Workbench): Promise<void> {
  const shard = await workbench.openShard('gallery.parquet');
  await shard.click(0, 0);
  await shard.goToRow(44);
  await (await shard.named(44, 'caption')).click();
  await workbench.page.keyboard.press('Enter');
  await shard.picture('image');
}

async function documents(workbench: Workbench): Promise<void> {
  const shard = await workbench.openShard('documents.jsonl.zst', 'openInLoupe');
  await (await shard.named(1, 'text')).click();
  await workbench.page.keyboard.press('Enter');
  await shard.line('text').waitFor();
}

async function webDataset(workbench: Workbench): Promise<void> {
  const shard = await workbench.openShard('00000.tar');
  await shard.click(6, 1);
  await workbench.page.keyboard.press('Enter');
  await shard.picture('jpg');
}

async function metadata(workbench: Workbench): Promise<void> {
  const shard = await workbench.openShard('gallery.parquet');
  await shard.togglePanel('Metadata');
  await shard.panel().getByText('Row groups').first().waitFor();
}

async function take(browser: Browser, server: CodeServer, folder: string, shot: Shot): Promise<void> {
  await writeSettings(server.dataFolder, { 'workbench.colorTheme': shot.theme, 'window.autoDetectColorScheme': false });
  const context = await browser.newContext({ viewport: { width: 1360, height: 820 } });
  const page = await context.newPage();
  const workbench = new Workbench(page);
  await page.goto(folderUrl(server, folder));
  await workbench.settled();
  await shot.stage(workbench);
  const shard = await workbench.shard();
  await shard.frame.locator('.thumbnail-pending').first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  const file = join(root, 'media', 'readme', `${shot.name}.png`);
  const { size } = await sharp(await page.screenshot()).png({ palette: true, colours: 160, effort: 10 }).toFile(file);
  if (size > PICTURE_BUDGET) throw new Error(`${file} has ${size} bytes; the budget is ${PICTURE_BUDGET}`);
  console.log(`${file}: ${size} bytes`);
  await context.close();
}

async function main(): Promise<void> {
  const folder = await makeSamples();
  await mkdir(join(root, 'media', 'readme'), { recursive: true });
  await withLoupe(async (server, browser) => {
    for (const shot of SHOTS) await take(browser, server, folder, shot);
  });
}

await main();
