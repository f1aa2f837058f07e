import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.cache/oracles');
const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** The Python of the virtual environment that holds the other tools; null before `npm run oracles` made it. */
export function oraclePython(): string | null {
  return existsSync(python) ? python : null;
}

/** Makes the virtual environment with the versions of requirements.txt. @throws when a step fails */
export function makeOraclePython(): string {
  const host = process.env.PYTHON ?? 'python3';
  if (!existsSync(python)) run(host, ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', join(import.meta.dirname, 'requirements.txt')]);
  return python;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ` with ${status ?? 'a signal'}`}`);
}
