import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFailed } from 'vitest';
import { CHROMIUM_FLAGS } from '../../../scripts/vscode/chromium.ts';
import { folderUrl, writeSettings } from '../../../scripts/vscode/server.ts';
import { STEP, Workbench } from './workbench.ts';

/** A browser with a profile of its own, closed by its test file. */
export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: inject('chromium'), args: CHROMIUM_FLAGS, headless: true });
}

export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(STEP);
  return context;
}

/** One browser for a test file, launched before its tests and closed after them. To be called at the file's top. */
export function browserForFile(): () => BrowserContext {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    browser = await launch();
    context = await newContext(browser);
  });
  afterAll(() => browser?.close());
  return () => {
    if (context === undefined) throw new Error('The browser is there from beforeAll on only');
    return context;
  };
}

/** Opens a folder in a new window of VS Code, with the user's settings set before. */
export async function openFolder(context: BrowserContext, folder: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Workbench> {
  await writeSettings(inject('dataFolder'), settings);
  const page = await context.newPage();
  const workbench = new Workbench(page);
  const name = expect.getState().currentTestName?.replace(/\W+/g, '-').slice(-60) ?? 'window';
  onTestFailed(async () => {
    if (!page.isClosed()) await workbench.screenshot(`failed-${name}`);
  });
  await page.goto(folderUrl({ url: inject('serverUrl'), token: inject('serverToken') }, folder));
  await workbench.settled();
  return workbench;
}
