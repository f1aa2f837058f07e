// The table of builds. `node esbuild.mjs [--watch] [--development]`; type-checking is apart (`npm run check`).
import { context, build } from 'esbuild';
import { rm } from 'node:fs/promises';

const development = process.argv.includes('--development');
const shared = { bundle: true, minify: !development, sourcemap: development, logLevel: 'warning', legalComments: 'external' };
const node = { ...shared, platform: 'node', format: 'cjs', target: 'node22.15', define: { 'import.meta.dirname': '__dirname' } };
/** Native parts are loaded from node_modules beside the bundle, never bundled. */
const natives = ['@duckdb/node-api', 'sharp'];

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
  {
    ...shared,
    platform: 'browser',
    format: 'esm',
    target: 'chrome134',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': development ? '"development"' : '"production"' },
    entryPoints: { shard: 'webview/shards/main.tsx' },
    outdir: 'dist/webview',
  },
];

await rm('dist', { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  for (const options of builds) await (await context(options)).watch();
} else {
  await Promise.all(builds.map((options) => build(options)));
}
