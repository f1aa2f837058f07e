import { expect, it } from 'vitest';
import { closure, isWanted } from '../../../scripts/package/natives.ts';
import { importedPackages, thirdPartyNotices } from '../../../scripts/package/notices.ts';

it('ships what native packages need at run time, and their licences, and nothing else of them', () => {
  const files = ['', 'lib/index.js', 'lib/libvips-cpp.so.8.18.7', 'LICENSE.md', 'package.json', 'README.md', 'src/common.cc', 'lib/index.d.ts', 'lib/index.js.map'];
  expect(files.filter(isWanted)).toEqual(['', 'lib/index.js', 'lib/libvips-cpp.so.8.18.7', 'LICENSE.md', 'package.json']);
});

it('follows dependencies to the native library itself', () => {
  expect(closure(['sharp'])).toEqual(expect.arrayContaining(['sharp', 'detect-libc', 'semver', '@img/colour', expect.stringMatching(/^@img\/sharp-libvips-/)]));
});

it('names every package that the sources import, and the terms of libvips', async () => {
  const imported = await importedPackages();
  expect(imported).toEqual(expect.arrayContaining(['@duckdb/node-api', 'vscode-jsonrpc', 'react']));
  expect(imported).not.toContain('vscode');
  const text = await thirdPartyNotices(['sharp']);
  for (const name of imported) expect(text).toContain(`\n${name} `);
  expect(text).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
});
