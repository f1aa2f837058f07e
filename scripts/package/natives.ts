import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { root } from '../workspace.ts';

/** What of npm's package.json the packaging looks at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Packages that may lie beside the engine's bundle; a new native dependency has to be entered here by hand. */
const APPROVED = [/^@duckdb\/node-api$/, /^@duckdb\/node-bindings(-|$)/, /^sharp$/, /^@img\/(colour|sharp-|sharp-libvips-)/, /^detect-libc$/, /^semver$/];
const UNWANTED = /(^|\/)(src|install|include|bin|docs?|test|tests)(\/|$)|\.(map|md|markdown|ts|cts|mts|h|hpp|cc|gyp)$/i;

/** VS Code's name of the platform that this machine packages for. */
export function currentTarget(): string {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const musl = process.platform === 'linux' && report.header?.glibcVersionRuntime === undefined;
  return `${musl ? 'alpine' : process.platform}-${process.arch}`;
}

/** The manifest of an installed package. */
export function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')) as Manifest;
}

export function folderOf(name: string): string {
  return join(root, 'node_modules', name);
}

/** Packages and everything that they need at run time, as far as installed (other platforms' parts are not). */
export function closure(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name) || !existsSync(join(folderOf(name), 'package.json'))) continue;
    seen.add(name);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifestOf(name);
    open.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...Object.keys(peerDependencies));
  }
  return [...seen].sort();
}

/**
 * Copies the native packages of this platform into `<folder>/<package>`, without sources, headers and docs.
 * @returns the names of the packages
 */
export async function copyNatives(names: readonly string[], folder: string): Promise<string[]> {
  const packages = closure(names);
  for (const name of packages) {
    if (!APPROVED.some((pattern) => pattern.test(name))) throw new Error(`${name} is no approved native package`);
    const source = folderOf(name);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(source, join(folder, name), {
      recursive: true,
      dereference: true,
      filter: (file) => isWanted(relative(source, file)),
    });
  }
  return packages;
}

/** Whether a file of a native package is needed at run time or says its licence. */
export function isWanted(path: string): boolean {
  const file = path.replaceAll('\\', '/');
  return file === '' || /licen[cs]e|notice/i.test(file) || !UNWANTED.test(file);
}

/** The licence files of an installed package, by name. */
export function licenceFiles(name: string): string[] {
  return readdirSync(folderOf(name))
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort();
}
