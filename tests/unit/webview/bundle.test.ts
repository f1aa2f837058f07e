import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** Bytes of the script that stands between opening and the first row. */
const MAX_SCRIPT = 545 * 1024;

describe('the script that draws the first row', () => {
  let script: { readonly bytes: number; readonly inputs: readonly string[] };
  beforeAll(async () => {
    const { metafile } = await build({
      absWorkingDir: resolve(import.meta.dirname, '../../..'),
      entryPoints: ['webview/shards/main.tsx'],
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
      outdir: 'nowhere',
      write: false,
      metafile: true,
    });
    const { outputs } = metafile;
    // What the script imports is needed before it runs; what it only may import later is not.
    const needed = new Set(Object.keys(outputs).filter((name) => outputs[name]!.entryPoint === 'webview/shards/main.tsx'));
    for (const name of needed) for (const { kind, path } of outputs[name]!.imports) if (kind === 'import-statement') needed.add(path);
    const files = [...needed].map((name) => outputs[name]!);
    script = { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), inputs: files.flatMap(({ inputs }) => Object.keys(inputs)) };
  });

  it('is small and has neither the toolkit nor charts with axes in it', () => {
    expect(script.inputs.filter((path) => /webview-ui-toolkit|@microsoft\/fast|node_modules\/d3-/.test(path))).toEqual([]);
    expect(script.bytes).toBeLessThan(MAX_SCRIPT);
  });

  it('asks the host before it evaluates what draws', () => {
    const first = script.inputs.findIndex((path) => path === 'webview/shards/ready.ts');
    const others = script.inputs.findIndex((path) => /^webview\/shards\/(?!ready)|hightable\//.test(path));
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(others);
  });
});

describe('the script that comes later', () => {
  const folder = resolve(import.meta.dirname, '../../../webview/shards');
  const importing = /^import \{([^}]*)\} from '([^']+)';/gm;
  const OWN = /^(\.\/|\.\.\/(gallery|compare|editing)\/|(\.\.\/)+extension\/texts\/)/;

  it('takes nothing from the first one that is not given to it', () => {
    const given = new Set([...readFileSync(join(folder, 'for-later.ts'), 'utf8').matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => names(match[1]!)));
    const taken = globSync('{gallery,compare,editing}/*.{ts,tsx}', { cwd: folder }).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(importing)].filter((match) => !OWN.test(match[2]!)).flatMap((match) => names(match[1]!)),
    );
    expect(taken.length).toBeGreaterThan(30);
    expect(taken.filter((name) => !given.has(name))).toEqual([]);
    expect([...given].filter((name) => !taken.includes(name)).sort()).toEqual(['Fragment', 'jsx', 'jsxs']);
  });

  const names = (list: string): string[] => list.split(',').map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type '));
});
