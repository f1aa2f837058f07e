import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyNatives, currentTarget } from './package/natives.ts';
import { thirdPartyNotices } from './package/notices.ts';
import { cacheFolder, mustRun, node, root } from './workspace.ts';

/** Compressed bytes that the VSIX of one platform may have. */
export const VSIX_BUDGET = 90 * 1024 * 1024;

/** What goes into the VSIX from the checkout; anything not named stays out. */
const FILES = ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.nls.json', 'media', 'l10n', 'dist', 'language-server/checks/pages'];
const REQUIRED = new Set(['README.md', 'LICENSE', 'package.nls.json']);
/** Without one of these the VSIX would install and then not work. */
const BUNDLES = ['extension.cjs', 'engine.cjs', 'webview/shard.js', 'webview/controls.js', 'webview/scales.js', 'webview/later.js', 'webview/shard.css'];
/** Of use for building only. */
const DROPPED = ['scripts', 'dependencies', 'devDependencies', 'allowScripts', 'private', 'bin', 'files'];

/**
 * Packages what `npm run build` made as a VSIX for this platform.
 * @returns the file's path
 * @throws when a part is missing or the VSIX is over its budget
 */
export async function packageVsix(): Promise<string> {
  const target = currentTarget();
  const staging = join(cacheFolder, 'vsix', target);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown> & {
    dependencies: Record<string, string>;
    version: string;
  };
  await stageFiles(staging);
  const natives = Object.keys(manifest.dependencies);
  await copyNatives(natives, join(staging, 'dist', 'node_modules'));
  await writeFile(join(staging, 'ThirdPartyNotices.txt'), await thirdPartyNotices(natives));
  const reduced = Object.fromEntries(Object.entries(manifest).filter(([key]) => !DROPPED.includes(key)));
  await writeFile(join(staging, 'package.json'), `${JSON.stringify(reduced, null, 2)}\n`);
  const out = join(cacheFolder, 'vsix', `loupe-${target}-${manifest.version}.vsix`);
  await rm(out, { force: true });
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--target', target, '--out', out];
  await mustRun(node, [vsce, ...args], { cwd: staging });
  const { size } = await stat(out);
  if (size > VSIX_BUDGET) throw new Error(`The VSIX has ${size} bytes; the budget is ${VSIX_BUDGET}`);
  console.log(`VSIX: ${out}, ${(size / 1024 / 1024).toFixed(1)} MiB`);
  return out;
}

async function stageFiles(staging: string): Promise<void> {
  const missing = BUNDLES.filter((name) => !existsSync(join(root, 'dist', name)));
  if (missing.length > 0) throw new Error(`dist/ lacks ${missing.join(', ')}: run "npm run build" first`);
  for (const name of FILES) {
    const source = join(root, name);
    if (existsSync(source)) await cp(source, join(staging, name), { recursive: true });
    else if (REQUIRED.has(name)) throw new Error(`${name} is missing`);
  }
}

if (import.meta.main) await packageVsix();
