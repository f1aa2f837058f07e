import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import { closure, folderOf, licenceFiles, manifestOf } from './natives.ts';

const IMPORT = /(?:from|import)\s*\(?\s*'((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g;
const LIBVIPS = `sharp loads libvips, which is a program library of its own (a shared library in dist/node_modules/@img/sharp-libvips-*)
under the GNU Lesser General Public License 3.0 or later. It is linked dynamically and may be replaced with a
version of your own. Its source and build scripts: https://github.com/lovell/sharp-libvips and
https://github.com/libvips/libvips. The library contains the parts listed by its own notes, which follow, and
after them the texts of both licences.
`;

/** The text of ThirdPartyNotices.txt: every package that is bundled or shipped, with its licence. */
export async function thirdPartyNotices(natives: readonly string[]): Promise<string> {
  const packages = closure([...(await importedPackages()), ...natives]);
  const parts = packages.map((name) => {
    const { version, license = 'see below', homepage = `https://www.npmjs.com/package/${name}` } = manifestOf(name);
    const texts = licenceFiles(name).map((file) => readFileSync(join(folderOf(name), file), 'utf8').trim());
    return [`${name} ${version}`, `Licence: ${license}`, homepage, '', ...texts].join('\n');
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const head = 'Loupe contains the following software of others.';
  return `${[head, ...parts, catalogues(), clipTable(), ...libvips(packages)].join(rule)}\n`;
}

/** Where the names, types and defaults of recipes were read. */
function catalogues(): string {
  return readFileSync(join(root, 'language-server/dialects/NOTICE.md'), 'utf8').trim();
}

/** The table that CLIP's tokens are counted with. */
function clipTable(): string {
  return readFileSync(join(root, 'extension/engine/captions/clip/NOTICE.md'), 'utf8').trim();
}

/** Packages that the sources import by name; their own needs follow from `closure`. */
export async function importedPackages(): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of glob('{extension,webview,language-server}/**/*.{ts,tsx}', { cwd: root })) {
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) if (name !== undefined && name !== 'vscode') found.add(name);
  }
  return [...found].sort();
}

function libvips(packages: readonly string[]): string[] {
  const name = packages.find((candidate) => candidate.startsWith('@img/sharp-libvips-'));
  if (name === undefined) return [];
  const licence = (file: string): string => readFileSync(join(import.meta.dirname, 'licences', file), 'utf8');
  return [LIBVIPS, readFileSync(join(folderOf(name), 'README.md'), 'utf8'), licence('LGPL-3.0.txt'), licence('GPL-3.0.txt')];
}
