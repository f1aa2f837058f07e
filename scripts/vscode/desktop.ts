import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, run } from '../workspace.ts';
import { QUIET_SETTINGS } from './server.ts';

const UPDATE_SERVICE = 'https://update.code.visualstudio.com/api/releases/stable';
const REACH_LIMIT = 5_000;

/** Whether a desktop window can be shown at all. */
function hasDesktop(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/**
 * Downloads a desktop VS Code once and opens the samples in it, with a profile of its own.
 * @returns false where there is no desktop, nothing can be downloaded, or it does not start
 */
export async function startDesktop(vsix: string, folder: string, files: readonly string[], profile: string): Promise<boolean> {
  if (!hasDesktop()) {
    console.log('No desktop to show a window on.');
    return false;
  }
  try {
    await fetch(UPDATE_SERVICE, { signal: AbortSignal.timeout(REACH_LIMIT) });
    const executable = await downloadAndUnzipVSCode({ version: 'stable', cachePath: join(cacheFolder, 'vscode-desktop'), timeout: 120_000 });
    const [command = executable] = resolveCliArgsFromVSCodeExecutablePath(executable);
    const user = join(profile, 'desktop', 'data', 'User');
    await mkdir(user, { recursive: true });
    await writeFile(join(user, 'settings.json'), JSON.stringify(QUIET_SETTINGS, null, 2), { flag: 'wx' }).catch(() => undefined);
    const own = ['--user-data-dir', join(profile, 'desktop', 'data'), '--extensions-dir', join(profile, 'desktop', 'extensions')];
    const shell = process.platform === 'win32' ? { program: 'cmd', first: ['/c', command] } : { program: command, first: [] };
    if ((await run(shell.program, [...shell.first, ...own, '--install-extension', vsix, '--force'])) !== 0) return false;
    return (await run(shell.program, [...shell.first, ...own, '--new-window', folder, ...files])) === 0;
  } catch (error) {
    console.log(`No desktop VS Code to be had: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
