import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../../scripts/workspace.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

it('locks the native parts of every platform, without which `npm ci` refuses on a fresh machine', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const locked = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    expect(Object.keys(optionalDependencies).filter((name) => !locked.has(name)), path).toEqual([]);
  }
});
