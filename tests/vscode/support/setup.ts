import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeSamples } from '../../../scripts/samples.ts';
import { ensureChromium } from '../../../scripts/vscode/chromium.ts';
import { ensureServer, installExtension, startServer, writeSettings } from '../../../scripts/vscode/server.ts';
import { cacheFolder } from '../../../scripts/workspace.ts';

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
    serverToken: string;
    serverPid: number;
    dataFolder: string;
    samples: string;
    chromium: string;
  }
}

/** Installs the packaged VSIX into a fresh data folder and starts one VS Code server for the whole suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vsix = await packagedVsix();
  await ensureServer();
  project.provide('chromium', await ensureChromium());
  project.provide('samples', await makeSamples());
  const dataFolder = await mkdtemp(join(tmpdir(), 'loupe-vscode-'));
  await installExtension(dataFolder, vsix);
  await writeSettings(dataFolder, {});
  const server = await startServer(dataFolder);
  project.provide('serverUrl', server.url);
  project.provide('serverToken', server.token);
  project.provide('serverPid', server.pid);
  project.provide('dataFolder', dataFolder);
  return async () => {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}

async function packagedVsix(): Promise<string> {
  const folder = join(cacheFolder, 'vsix');
  const files = await readdir(folder).catch(() => []);
  const vsix = files.filter((name) => name.endsWith('.vsix')).sort().at(-1);
  if (vsix === undefined) throw new Error('There is no packaged VSIX: run "npm run package" first');
  return join(folder, vsix);
}
