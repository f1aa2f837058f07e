import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { build } from '../build.ts';
import { packageVsix } from '../package.ts';
import { ensureChromium } from './chromium.ts';
import { ensureServer, installExtension, startServer, writeSettings, type CodeServer } from './server.ts';

/** Flags for a browser without a desktop, in a container, that talks to nobody. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser that nobody sees, driven by a script or a test, which closes it. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}

/** A data folder for servers with the VSIX installed as a user would; `remove` it after the last server has stopped. */
export async function makeDataFolder(vsix: string): Promise<{ readonly dataFolder: string; readonly remove: () => Promise<void> }> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'loupe-vscode-'));
  await installExtension(dataFolder, vsix);
  await writeSettings(dataFolder, {});
  return { dataFolder, remove: () => rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Builds and packages Loupe, and does some work with it in a VS Code and a browser that end with the work. */
export async function withLoupe<T>(work: (server: CodeServer, browser: Browser) => Promise<T>): Promise<T> {
  await ensureServer();
  const program = await ensureChromium();
  await build();
  const { dataFolder, remove } = await makeDataFolder(await packageVsix());
  const server = await startServer(dataFolder);
  const browser = await launchBrowser(program);
  try {
    return await work(server, browser);
  } finally {
    await browser.close();
    await server.stop();
    await remove();
  }
}
