// The table of builds. `node esbuild.mjs [--watch] [--development]`; type-checking is apart (`npm run check`).
import { context, build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

const development = process.argv.includes('--development');
const common = { bundle: true, minify: !development, sourcemap: development, logLevel: 'warning', legalComments: 'external' };
/** Its main file is UMD, whose inner requires no bundler can follow. */
const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
const node = { ...common, alias, platform: 'node', format: 'cjs', target: 'node22.15', define: { 'import.meta.dirname': '__dirname' } };
/** Native parts are loaded from node_modules beside the bundle, never bundled. */
const natives = ['@duckdb/node-api', 'sharp'];

const browser = {
  ...common,
  platform: 'browser',
  format: 'esm',
  target: 'chrome134',
  define: { 'process.env.NODE_ENV': development ? '"development"' : '"production"' },
  outdir: 'dist/webview',
};

/**
 * What comes after the first rows, each in a file of its own: the toolkit, and the scales of charts with axes. esbuild's
 * own splitting would make a third file that the others wait for.
 */
const later = { controls: 'webview/controls/register.ts', scales: 'webview/charts/d3-scales.ts' };
/** What comes later and is made of the same parts as the page: it takes them from the page's script. */
const laterParts = { later: 'webview/shards/later.ts' };
const apart = {
  name: 'apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(register|d3-scales|later)\.ts$/ }, ({ kind, path }) => {
      const files = { ...later, ...laterParts };
      const name = Object.keys(files).find((key) => files[key].endsWith(path.replace(/^[./]*\//, '/')));
      return kind === 'dynamic-import' && name !== undefined ? { path: `./${name}.js`, external: true } : undefined;
    }),
};

const shared = {
  name: 'shared',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      const own = kind === 'entry-point' || (path.startsWith('.') && /[\\/](shards[\\/](gallery|compare|editing)|extension[\\/]texts)[\\/]/.test(resolve(resolveDir, path)));
      return own ? undefined : { path: './shard.js', external: true };
    }),
};

const builds = [
  { ...node, entryPoints: { extension: 'extension/main.ts' }, external: ['vscode'], outExtension: { '.js': '.cjs' }, outdir: 'dist' },
  { ...node, entryPoints: { recipes: 'extension/recipes/client.ts' }, external: ['vscode'], outExtension: { '.js': '.cjs' }, outdir: 'dist' },
  { ...node, entryPoints: { engine: 'extension/engine/main.ts' }, external: natives, outExtension: { '.js': '.cjs' }, outdir: 'dist' },
  {
    ...node,
    entryPoints: { 'parquet-footer': 'extension/engine/shards/parquet/footer-child.ts' },
    external: natives,
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
  },
  {
    ...node,
    entryPoints: { cli: 'extension/engine/cli.ts' },
    external: natives,
    banner: { js: '#!/usr/bin/env node' },
    outExtension: { '.js': '.cjs' },
    outdir: 'dist',
  },
  { ...node, entryPoints: { 'language-server': 'language-server/main.ts' }, outExtension: { '.js': '.cjs' }, outdir: 'dist' },
  { ...browser, jsx: 'automatic', entryPoints: { shard: 'webview/shards/main.tsx' }, plugins: [apart] },
  { ...browser, entryPoints: later },
  { ...browser, jsx: 'automatic', entryPoints: laterParts, plugins: [shared] },
];

await rm('dist', { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  for (const options of builds) await (await context(options)).watch();
} else {
  await Promise.all(builds.map((options) => build(options)));
}
