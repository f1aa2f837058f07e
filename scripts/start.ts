import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.ts';
import { packageVsix } from './package.ts';
import { makeSamples, samplesToOpen } from './samples.ts';
import { startWithCode } from './vscode/code-command.ts';
import { startDesktop } from './vscode/desktop.ts';
import { startInBrowser } from './vscode/in-browser.ts';
import { cacheFolder } from './workspace.ts';

/**
 * `npm start`: builds Loupe, makes samples and opens them in the first VS Code that can be had: `code` on
 * the PATH, a downloaded desktop VS Code, VS Code's server build in a browser.
 */
async function start(): Promise<void> {
  await build();
  const vsix = await packageVsix();
  const folder = await makeSamples();
  const profile = join(cacheFolder, 'start');
  await mkdir(profile, { recursive: true });
  if (await startWithCode(vsix, folder, samplesToOpen)) return;
  if (await startDesktop(vsix, folder, samplesToOpen, profile)) return;
  await startInBrowser(vsix, folder, samplesToOpen, profile);
}

await start();
