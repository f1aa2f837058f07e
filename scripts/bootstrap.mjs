// Runs on whatever Node (18 or newer) a fresh machine has, before anything is installed: makes sure that the
// dependencies are those of package-lock.json, then hands over to the project's own Node 24.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runtime = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Whether node_modules holds what package-lock.json asks for; parts of other platforms may be missing. */
export function isInstalled(folder) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there === undefined ? entry.optional === true || entry.devOptional === true || entry.peer === true : there.version === entry.version;
  });
}

/** Runs a script of the project with its own Node and the same arguments; ends this process with its code. */
export function handOver(script) {
  if (!isInstalled(root) || !existsSync(runtime)) install();
  const result = spawnSync(runtime, [join(root, 'scripts', script), ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
  process.exit(result.status ?? 1);
}

function install() {
  console.log('Installing the dependencies (npm ci)');
  const npm = process.env.npm_execpath;
  const result = npm
    ? spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], { stdio: 'inherit', cwd: root })
    : spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit', cwd: root, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error('npm ci failed: the dependencies could not be installed.');
    process.exit(result.status ?? 1);
  }
}
