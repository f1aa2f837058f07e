import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureServer, folderUrl, installExtension, startServer, writeSettings } from './server.ts';

/** A file named in the address opens before VS Code has met the extension: without this it opens as text. */
const ASSOCIATIONS = { 'workbench.editorAssociations': { '*.parquet': 'loupe.shard', '*.tar': 'loupe.shard' } };

/** Serves the samples with VS Code's server build, the first of them open, in a browser; stays until Ctrl+C. */
export async function startInBrowser(vsix: string, folder: string, files: readonly string[], profile: string): Promise<void> {
  await ensureServer();
  const dataFolder = join(profile, 'server');
  if (!existsSync(join(dataFolder, 'data', 'User', 'settings.json'))) await writeSettings(dataFolder, ASSOCIATIONS);
  await installExtension(dataFolder, vsix);
  const server = await startServer(dataFolder);
  const url = folderUrl(server, folder, files[0]);
  openBrowser(url);
  console.log(`\nVS Code with Loupe: ${url}\n${files.map((file) => basename(file)).join(', ')} are there to open. Ctrl+C ends it.`);
  await new Promise<void>((settle) => {
    process.once('SIGINT', settle);
    process.once('SIGTERM', settle);
  });
  await server.stop();
}

function openBrowser(url: string): void {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const [program, args] =
    process.platform === 'darwin' ? ['open', [url]] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '""', url]] : ['xdg-open', [url]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
