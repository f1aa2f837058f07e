import { open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import type { FoundPicture } from './found-picture.ts';

export interface PathOptions {
  /** Bytes above which a file is not read. */
  readonly maxBytes: number;
  /** Folder where relative paths start; nothing outside it is read. */
  readonly root: string;
}

/** The file that a path in a cell names, below the root. */
export async function readPath(path: string, { root, maxBytes }: PathOptions): Promise<FoundPicture> {
  // A path written on another system has the other separator.
  const wanted = resolve(root, sep === '/' ? path.replaceAll('\\', '/') : path);
  // Whether there is such a file outside is nobody's business.
  if (!isAbsolute(path) && !isBelow(wanted, resolve(root))) return outside(path, root);
  try {
    const [real, top] = await Promise.all([realpath(wanted), realpath(root)]);
    if (!isBelow(real, top)) return outside(path, root);
    return await readFile(real, maxBytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'broken', message: `There is no file ${wanted}. Choose the folder where paths start, if it is another than ${root}.` };
    if (code === 'EACCES' || code === 'EPERM') return { status: 'broken', message: `The file ${wanted} may not be read.` };
    return { status: 'broken', message: `The file ${wanted} cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function readFile(path: string, maxBytes: number): Promise<FoundPicture> {
  const file = await open(path, 'r');
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return { status: 'broken', message: `${path} is no file.` };
    if (stats.size > maxBytes) return { status: 'broken', message: `${path} has ${stats.size} bytes; pictures of up to ${maxBytes} are read.` };
    return { status: 'found', bytes: await file.readFile() };
  } finally {
    await file.close();
  }
}

function outside(path: string, root: string): FoundPicture {
  const hint = isAbsolute(path) ? ` Choose ${dirname(path)}, or a folder above it, as the one where paths start.` : '';
  return { status: 'broken', message: `${path} is outside ${root}, and only pictures below that folder are read.${hint}` };
}
