import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { folderUrl, writeSettings } from '../../../scripts/vscode/server.ts';
import { launchBrowser } from '../../../scripts/vscode/throwaway.ts';
import { folderOf } from './files.ts';
import type { RunningServer } from './setup.ts';
import { STEP, Workbench } from './workbench.ts';

/** One browser for a test file, launched before its tests and closed after them. To be called at the file's top. */
export function browserForFile(): () => BrowserContext {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    browser = await launchBrowser(inject('chromium'));
    context = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    context.setDefaultTimeout(STEP);
  });
  afterAll(() => browser?.close());
  return () => {
    if (context === undefined) throw new Error('The browser is there from beforeAll on only');
    return context;
  };
}

/** What a window is opened with: the user's settings, and the server where it is not the suite's own. */
export interface WindowOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly server?: RunningServer;
}

/** Opens a folder in a new window of VS Code that closes with the test. */
export async function openFolder(context: BrowserContext, folder: string, { settings = {}, server = inject('server') }: WindowOptions = {}): Promise<Workbench> {
  await writeSettings(server.dataFolder, settings);
  const page = await context.newPage();
  const workbench = new Workbench(page);
  const name = expect.getState().currentTestName?.replace(/\W+/g, '-').slice(-60) ?? 'window';
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail' && !page.isClosed()) await workbench.screenshot(`failed-${name}`);
    await page.close();
  });
  await page.goto(folderUrl(server, folder));
  await workbench.settled();
  return workbench;
}

/** Opens a folder with copies of these samples in it; both go with the test. */
export async function openSamples(context: BrowserContext, names: readonly string[], options?: WindowOptions): Promise<Workbench> {
  return openFiles(context, Object.fromEntries(names.map((name) => [name, join(inject('samples'), name)])), options);
}

/** Copies files into a folder, under names of their own, and opens it; both go with the test. */
export async function openFiles(context: BrowserContext, files: Readonly<Record<string, string>>, options?: WindowOptions): Promise<Workbench> {
  const { folder, remove } = await folderOf(files);
  onTestFinished(remove);
  return openFolder(context, folder, options);
}
