import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../workspace.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge', 'chrome.exe', 'msedge.exe'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** A program by name on the PATH, or null. */
export function onPath(name: string, path: string = process.env.PATH ?? ''): string | null {
  const files = path.split(delimiter).map((folder) => join(folder, name));
  return files.find((file) => existsSync(file)) ?? null;
}

/** The Chromium or Chrome of this machine (`LOUPE_CHROMIUM` names another), or null. */
export function findChromium(): string | null {
  const named = process.env.LOUPE_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  for (const name of NAMES) {
    const file = onPath(name);
    if (file !== null) return file;
  }
  return PLACES.find((file) => existsSync(file)) ?? null;
}

/**
 * Chromium, installed with apt where that is possible without asking anybody (root on Debian).
 * @throws with one line that says what to install
 */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && onPath('apt-get') !== null) {
    console.log('No Chromium here: apt-get install chromium');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env });
  }
  const installed = findChromium();
  if (installed === null) throw new Error('Please install Chromium or Chrome (or set LOUPE_CHROMIUM to its program): the tests drive VS Code in it.');
  return installed;
}
