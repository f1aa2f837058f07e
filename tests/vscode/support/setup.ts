import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeSamples } from '../../../scripts/samples.ts';
import { ensureChromium } from '../../../scripts/vscode/chromium.ts';
import { ensureServer, startServer, type CodeServer } from '../../../scripts/vscode/server.ts';
import { makeDataFolder } from '../../../scripts/vscode/throwaway.ts';
import { cacheFolder } from '../../../scripts/workspace.ts';

/** What a test file knows of a server: all but how to stop it. */
export type RunningServer = Omit<CodeServer, 'stop'>;

declare module 'vitest' {
  interface ProvidedContext {
    server: RunningServer;
    samples: string;
    chromium: string;
    vsix: string;
  }
}

/** Installs the packaged VSIX into a fresh data folder and starts one VS Code server for the whole suite. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const vsix = await packagedVsix();
  await ensureServer();
  project.provide('chromium', await ensureChromium());
  project.provide('samples', await makeSamples());
  project.provide('vsix', vsix);
  const { dataFolder, remove } = await makeDataFolder(vsix);
  const server = await startServer(dataFolder);
  const { url, port, token, pid } = server;
  project.provide('server', { url, port, token, pid, dataFolder });
  return async () => {
    await server.stop();
    await remove();
  };
}

async function packagedVsix(): Promise<string> {
  const folder = join(cacheFolder, 'vsix');
  const files = await readdir(folder).catch(() => []);
  const vsix = files.filter((name) => name.endsWith('.vsix')).sort().at(-1);
  if (vsix === undefined) throw new Error('There is no packaged VSIX: run "npm run package" first');
  return join(folder, vsix);
}
