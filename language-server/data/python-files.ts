import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MAX_SOURCE } from '../dialects/python/tokens.ts';
import { sitePackages } from './installed.ts';

/** A program as Python packages it. */
export interface PythonPackage {
  /** Its folder in a checkout and where packages are installed. */
  readonly folder: string;
  /** What the folder of its metadata begins with, as a pattern. */
  readonly distribution: string;
  /** Files that may say its version, below the folder that holds it. */
  readonly versionFiles: readonly string[];
}

export interface SourceText {
  /** Below `root`, or as it was asked for, with `/`. */
  readonly path: string;
  readonly text: string;
}

const MAX_FILES = 2_000;

/** Python files in a folder and below it, in the order of their names; or the file itself. */
export async function pythonFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return path.endsWith('.py') ? [path] : [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.py')).map((entry) => join(entry.parentPath, entry.name)).sort().slice(0, MAX_FILES);
}

/** The texts of files, one after the other: a turn for everybody else after each. `root` is taken off their paths. */
export async function* sourceTexts(files: readonly string[], root = ''): AsyncGenerator<SourceText> {
  for (const file of files) {
    const text = await sourceText(file);
    if (text !== null) yield { path: (root === '' ? file : relative(root, file)).split(sep).join('/'), text };
    await nextTurn();
  }
}

/** Null for what is not there, or too large for a source. */
export async function sourceText(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null || found.size > MAX_SOURCE ? null : readFile(path, 'utf8').catch(() => null);
}

/** The folder itself, or those where an environment keeps packages: a package that is installed for editing lies elsewhere. */
export async function rootsIn(folder: string, { distribution }: PythonPackage): Promise<readonly string[]> {
  const sites = await sitePackages(folder);
  const edited = await Promise.all(sites.map((site) => editedIn(site, distribution)));
  return [folder, ...edited.flat(), ...sites];
}

async function editedIn(site: string, distribution: string): Promise<readonly string[]> {
  const infos = (await readdir(site).catch(() => [])).filter((name) => new RegExp(`^${distribution}-.*\\.dist-info$`, 'i').test(name));
  const texts = await Promise.all(infos.map((name) => sourceText(join(site, name, 'direct_url.json'))));
  return texts.flatMap((text) => {
    try {
      const { url } = JSON.parse(text ?? 'null') as { readonly url?: unknown };
      return typeof url === 'string' && url.startsWith('file:') ? [fileURLToPath(url)] : [];
    } catch {
      return [];
    }
  });
}

/** What the sources say of themselves, else what is installed. */
export async function versionOf(root: string, { distribution, versionFiles }: PythonPackage): Promise<string> {
  const texts = await Promise.all(versionFiles.map((file) => sourceText(join(root, file))));
  const written = texts.map((text) => /^(?:__version__|version)\s*=\s*["'](\d[\w.+-]*)["']/m.exec(text ?? '')?.[1] ?? numbersIn(text ?? '')).find((version) => version !== undefined);
  const installed = (await readdir(root).catch(() => [])).map((name) => new RegExp(`^${distribution}-([\\d.]+)\\.dist-info$`, 'i').exec(name)?.[1]).find((version) => version !== undefined);
  return written ?? installed ?? 'unknown';
}

/** `MAJOR = 1`, `MINOR = 4`, `PATCH = 0`. */
function numbersIn(text: string): string | undefined {
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map((name) => new RegExp(`^${name} *= *(\\d+)`, 'm').exec(text)?.[1]);
  return parts.includes(undefined) ? undefined : parts.join('.');
}
