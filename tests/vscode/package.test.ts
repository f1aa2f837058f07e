import { execFile } from 'node:child_process';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { VSIX_BUDGET } from '../../scripts/package.ts';
import { closure, currentTarget, folderOf } from '../../scripts/package/natives.ts';
import { cacheFolder, node, root } from '../../scripts/workspace.ts';

const execute = promisify(execFile);

/** Bytes of the bundle that activation loads. */
const EXTENSION_BUDGET = 300 * 1024;

describe('the VSIX', () => {
  const staging = join(cacheFolder, 'vsix', currentTarget());

  function files(folder = staging): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name).slice(folder.length + 1)] : [],
    );
  }

  it('keeps to its budgets', () => {
    const vsix = readdirSync(dirname(staging)).find((name) => name.endsWith('.vsix'));
    expect(statSync(join(dirname(staging), vsix ?? '')).size).toBeLessThanOrEqual(VSIX_BUDGET);
    expect(statSync(join(staging, 'dist/extension.cjs')).size).toBeLessThanOrEqual(EXTENSION_BUDGET);
  });

  it('holds the bundles, the natives and their licences, and no sources', () => {
    const all = files();
    expect(all).toEqual(expect.arrayContaining(['LICENSE', 'ThirdPartyNotices.txt', 'dist/engine.cjs', 'dist/node_modules/sharp/LICENSE']));
    expect(all.filter((name) => /\.(tsx?|map)$/.test(name))).toEqual([]);
    const rooms = [...new Set(all.map((name) => name.split(/[/\\]/)[0] ?? ''))].sort();
    // The pages that diagnostics of recipes link to.
    expect(all.filter((name) => /^language-server/.test(name) && !name.endsWith('.md'))).toEqual([]);
    expect(rooms.filter((name) => !['dist', 'l10n', 'language-server', 'media'].includes(name))).toEqual([
      'CHANGELOG.md', 'LICENSE', 'README.md', 'ThirdPartyNotices.txt', 'package.json', 'package.nls.json',
    ]); // prettier-ignore
  });
});

describe('the npm package', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loupe-npm-'));
    await unpackNpmPackage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has a `loupe` that reads shards', async () => {
    const cli = join(folder, 'node_modules', 'loupe', 'dist', 'cli.cjs');
    const gallery = join(inject('samples'), 'gallery.parquet');
    const { stdout } = await execute(node, [cli, 'head', '-n', '2', '--columns', 'caption,hash', '--format', 'json', gallery]);
    expect(stdout).toContain('8924754759263333676');
    const schema = await execute(node, [cli, 'schema', gallery]);
    expect(schema.stdout, 'read by a process of its own').not.toContain('Column chunks: cannot be read');
    const failure = await execute(node, [cli, 'head', join(folder, 'missing.parquet')]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 1 });
  });
});

/** Packs, unpacks as npm would install it, and links the dependencies that npm would fetch. */
async function unpackNpmPackage(folder: string): Promise<void> {
  const npm = process.env.npm_execpath;
  const [program, first] = npm === undefined ? ['npm', []] : [node, [npm]];
  const { stdout } = await execute(program, [...first, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  const target = join(folder, 'node_modules', 'loupe');
  const unpack = extract();
  createReadStream(join(folder, archive)).pipe(createGunzip()).pipe(unpack);
  for await (const entry of unpack) {
    const file = join(target, entry.header.name.replace(/^package\//, ''));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await buffer(entry));
  }
  for (const name of closure(['@duckdb/node-api', 'sharp'])) {
    await mkdir(join(folder, 'node_modules', dirname(name)), { recursive: true });
    await symlink(folderOf(name), join(folder, 'node_modules', dirname(name), basename(name)), 'junction');
  }
}
