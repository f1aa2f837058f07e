// The table of builds. `node esbuild.mjs [--watch] [--development]`; type-checking is apart (`npm run check`).
import { context, build } from 'esbuild';
import { rm } from 'node:fs/promises';

const development = process.argv.includes('--development');
const shared = { bundle: true, minify: !development, sourcemap: development, logLevel: 'warning', legalComments: 'external' };
/** Its main file is UMD, whose inner requires no bundler can follow. */
const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
const node = { ...shared, alias, platform: 'node', format: 'cjs', target: 'node22.15', define: { 'import.meta.dirname': '__dirname' } };
/** Native parts are loaded from node_modules beside the bundle, never bundled. */
const natives = ['@duckdb/node-api', 'sharp'];

const browser = {
  ...shared,
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
const apart = {
  name: 'apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(register|d3-scales)\.ts$/ }, ({ kind, path }) => {
      const name = Object.keys(later).find((key) => later[key].endsWith(path.replace(/^\.+/, '')));
      return kind === 'dynamic-import' && name !== undefined ? { path: `./${name}.js`, external: true } : undefined;
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
];

await rm('dist', { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  for (const options of builds) await (await context(options)).watch();
} else {
  await Promise.all(builds.map((options) => build(options)));
}
