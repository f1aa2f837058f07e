import { run } from '../workspace.ts';
import { onPath } from './chromium.ts';

const NAMES = process.platform === 'win32' ? ['code.cmd', 'code-insiders.cmd'] : ['code', 'code-insiders', 'codium'];

/**
 * Installs the VSIX with the `code` command of this machine and opens the samples in a new window.
 * @returns false where there is no such command, or it refuses
 */
export async function startWithCode(vsix: string, folder: string, files: readonly string[]): Promise<boolean> {
  const command = NAMES.map((name) => onPath(name)).find((file) => file !== null);
  if (command === undefined) {
    console.log('No `code` on the PATH.');
    return false;
  }
  console.log(`Opening the samples with ${command}`);
  return (await runCommand(command, ['--install-extension', vsix, '--force'])) && (await runCommand(command, ['--new-window', folder, ...files]));
}

async function runCommand(command: string, args: readonly string[]): Promise<boolean> {
  // A .cmd file runs in a shell only.
  const [program, all] = process.platform === 'win32' ? ['cmd', ['/c', command, ...args]] : [command, args];
  const code = await run(program, all).catch((error: unknown) => String(error));
  if (code === 0) return true;
  console.log(`${command} ${args[0] ?? ''} ended with ${code}`);
  return false;
}
