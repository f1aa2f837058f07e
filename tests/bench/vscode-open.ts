import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { makeSamples } from '../../scripts/samples.ts';
import { folderUrl, type CodeServer } from '../../scripts/vscode/server.ts';
import { withLoupe } from '../../scripts/vscode/throwaway.ts';
import { Workbench } from '../vscode/support/workbench.ts';
import { median } from './measure.ts';

/** Milliseconds from Enter in quick open to the frame in which the first row is painted. */
export interface OpenTimes {
  readonly file: string;
  /** First shard of a window: the extension is not active and the engine does not run. */
  readonly cold: readonly number[];
  /** Extension active, engine running, the file's editor closed before. */
  readonly warm: readonly number[];
}

interface Marked {
  loupeEnter?: number;
}

/** Runs in the page of the window: notes the time of Enter. */
function noteEnter(): void {
  window.addEventListener('keydown', (event) => { if (event.key === 'Enter') (window as unknown as Marked).loupeEnter = performance.timeOrigin + performance.now(); }, true); // prettier-ignore
}

/** Runs in the webview: the time of the frame after the first row's text is there. */
function firstRowPainted(): Promise<number> {
  return new Promise((settle) => {
    const look = (): void => {
      const cell = document.querySelector('tbody [aria-rowindex="2"][aria-colindex="2"] :is(.cell, img), body.ready img');
      if (cell === null || cell.classList.contains('pending')) requestAnimationFrame(look);
      else requestAnimationFrame(() => settle(performance.timeOrigin + performance.now()));
    };
    look();
  });
}

/** Measures opening in the packaged extension, in the real VS Code. Files lie in `folder`. */
export async function measureOpening(folder: string, files: readonly string[], repeats: number): Promise<OpenTimes[]> {
  return withLoupe(async (server, browser) => {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.addInitScript(noteEnter);
    const times = files.map((file) => ({ file, cold: [] as number[], warm: [] as number[] }));
    for (let turn = 0; turn < repeats; turn++) {
      for (const { file, cold, warm } of times) await measureFile(context, server, folder, { file, cold, warm });
    }
    return times;
  });
}

/** One window: the file opened cold, closed, and opened warm. */
async function measureFile(
  context: BrowserContext,
  server: CodeServer,
  folder: string,
  { file, cold, warm }: { file: string; cold: number[]; warm: number[] },
): Promise<void> {
  const page = await context.newPage();
  const workbench = new Workbench(page);
  await page.goto(folderUrl(server, folder));
  await workbench.settled();
  try {
    cold.push(await openOnce(workbench, file));
    warm.push(await openOnce(workbench, file));
  } catch (error) {
    // One window that fails is told and looked at; it does not take the others' times with it.
    await workbench.screenshot(`bench-failed-${file}`);
    console.log(`${file}: a window failed (${error instanceof Error ? error.message : String(error)})`);
  }
  await page.close();
}

async function openOnce(workbench: Workbench, file: string): Promise<number> {
  const { page } = workbench;
  await workbench.quickOpen(file);
  const painted = await firstRow(page);
  const entered = await page.evaluate(() => (window as unknown as Marked).loupeEnter);
  if (entered === undefined) throw new Error('Enter was not seen');
  await workbench.palette('View: Close All Editors');
  await workbench.tab(file).waitFor({ state: 'detached' });
  return painted - entered;
}

/** A look at the frames every few milliseconds: a webview that is found late would only make the time longer. */
async function firstRow(page: Page): Promise<number> {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    const webview = page.frames().find((frame) => frame.url().includes('webview/browser/pre/fake.html'));
    // VS Code writes the webview's document anew once, which ends the first question.
    const painted = await webview?.evaluate(firstRowPainted).catch(() => undefined);
    if (painted !== undefined) return painted;
    await page.waitForTimeout(5);
  }
  throw new Error('No row was painted within 15 s');
}

/** VS Code's own picture preview, an editor of the same kind, is the peer: what it takes is the house's share. */
const PEER = 'peer.png';

if (import.meta.main) {
  const repeats = Number(process.argv[2] ?? '20');
  const samples = await makeSamples();
  const folder = await mkdtemp(join(tmpdir(), 'loupe-open-'));
  const files = ['gallery.parquet', '00000.tar'];
  for (const file of files) await copyFile(join(samples, file), join(folder, file));
  await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } }).png().toFile(join(folder, PEER));
  const times = await measureOpening(folder, [...files, PEER], repeats);
  const peer = times.find(({ file }) => file === PEER);
  for (const { file, cold, warm } of times) {
    const ratio = (own: readonly number[], other: readonly number[] = []): string => `${(median(own) / median(other)).toFixed(2)}x ${PEER}`;
    console.log(
      `${file.padEnd(16)} median of ${warm.length}: cold ${median(cold).toFixed(0)} ms (aim 1000, ${ratio(cold, peer?.cold)}), warm ${median(warm).toFixed(0)} ms (aim 300, ${ratio(warm, peer?.warm)})`,
    );
  }
  await rm(folder, { recursive: true, force: true });
}
