import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheFolder, mustRun, mustRunNpm, node } from '../workspace.ts';

/** The npm package that carries VS Code's own server build; it is VS Code 1.139. */
const SERVER_PACKAGE = 'code-server@4.139.1';
const installFolder = join(cacheFolder, 'vscode-server');
const codeFolder = join(installFolder, 'node_modules', 'code-server', 'lib', 'vscode');
const START_LIMIT = 60_000;

/** What a user would choose for a quiet window; tests and `npm start` begin with it. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
};

/** Where a server listens, and what a window must say to be let in. */
export interface ServerAddress {
  readonly port: number;
  /** Who does not know it is not let in: other users of the machine could else run commands as this one. */
  readonly token: string;
}

/** A running VS Code server. */
export interface CodeServer extends ServerAddress {
  readonly url: string;
  readonly pid: number;
  readonly dataFolder: string;
  stop(): Promise<void>;
}

/** Installs the server build from npm where it is missing; nothing is compiled. */
export async function ensureServer(): Promise<void> {
  const main = join(codeFolder, 'out', 'server-main.js');
  const settled = join(codeFolder, 'node_modules', '@vscode');
  if (existsSync(main) && existsSync(settled)) return;
  console.log(`Installing VS Code's server build (${SERVER_PACKAGE}) into .cache/vscode-server`);
  await mkdir(installFolder, { recursive: true });
  if (!existsSync(main)) {
    await writeFile(join(installFolder, 'package.json'), '{ "private": true }\n');
    await mustRunNpm(['install', SERVER_PACKAGE, '--ignore-scripts', '--no-audit', '--no-fund'], installFolder);
  }
  await mustRunNpm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], codeFolder);
}

/** Installs a VSIX into a data folder, as a user would. */
export async function installExtension(dataFolder: string, vsix: string): Promise<void> {
  await mustRun(node, [join(codeFolder, 'out', 'server-main.js'), '--server-data-dir', dataFolder, '--install-extension', vsix, '--force'], {
    quiet: process.env.LOUPE_VERBOSE !== '1',
  });
}

/** Writes the user's settings of a data folder. */
export async function writeSettings(dataFolder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = join(dataFolder, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
}

/** Starts the server on the loopback interface: on a free port, or where an earlier one was, whose windows then find it again. */
export async function startServer(dataFolder: string, earlier?: ServerAddress): Promise<CodeServer> {
  const { port, token } = earlier ?? { port: await freePort(), token: randomBytes(24).toString('hex') };
  const tokenFile = join(dataFolder, 'connection-token');
  await mkdir(dataFolder, { recursive: true });
  await writeFile(tokenFile, token, { mode: 0o600 });
  const args = ['--host', '127.0.0.1', '--port', String(port), '--connection-token-file', tokenFile, '--accept-server-license-terms'];
  const child = spawn(
    node,
    [join(codeFolder, 'out', 'server-main.js'), ...args, '--enable-smoke-test-driver', '--telemetry-level', 'off', '--server-data-dir', dataFolder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = collect(child);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(child, output, `${url}/?tkn=${token}`);
  return { url, port, token, pid: child.pid ?? -1, dataFolder, stop: () => stop(child) };
}

/** The address of a window that shows a folder, and one file of it open: VS Code takes one. */
export function folderUrl(server: Pick<CodeServer, 'url' | 'token'>, folder: string, file?: string): string {
  const url = `${server.url}/?tkn=${server.token}&folder=${encodeURIComponent(urlPath(folder))}`;
  if (file === undefined) return url;
  const payload = [['openFile', `vscode-remote://${new URL(server.url).host}${urlPath(file)}`]];
  return `${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

function urlPath(file: string): string {
  const path = file.replaceAll('\\', '/');
  return path.startsWith('/') ? path : `/${path}`;
}

function collect(child: ChildProcess): { text: string } {
  const output = { text: '' };
  const add = (chunk: Buffer): void => {
    output.text = (output.text + chunk.toString()).slice(-20_000);
    if (process.env.LOUPE_VERBOSE === '1') process.stderr.write(chunk);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return output;
}

async function waitFor(child: ChildProcess, output: { text: string }, url: string): Promise<void> {
  const end = Date.now() + START_LIMIT;
  while (Date.now() < end) {
    if (child.exitCode !== null) break;
    // The answer puts the token into a cookie and redirects: being let in is enough.
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer !== null && answer.status < 400) return;
    await new Promise((settle) => setTimeout(settle, 100));
  }
  child.kill();
  throw new Error(`VS Code's server did not start:\n${output.text}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => settle(port));
    });
  });
}
