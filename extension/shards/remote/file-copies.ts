import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { byteText } from '../amounts.ts';
import { REMOTE_SIZE } from './remote-size.ts';

/** Copies together take this many times the size that one may have. */
const COPIES = 4;

/**
 * Copies of files that are on no disk (a version in git, a file system of another extension) in the extension's storage, where the
 * engine can read them by byte ranges. VS Code gives such files whole only, so their size has a limit.
 */
export class FileCopies {
  readonly #folder: string;
  /** Copies in use or in the making, by address and version. */
  readonly #used = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A copy of the file as it is now; it stays until `release` was called.
   * @throws LoupeError `too-large`, `not-found`, `no-permission`
   */
  async copy(uri: vscode.Uri): Promise<{ readonly path: string; release: () => void }> {
    const limit = maximumSize();
    const { size, mtime } = await read(uri, () => vscode.workspace.fs.stat(uri));
    if (size > limit) throw tooLarge(uri, size, limit);
    const key = createHash('sha256').update(`${uri.toString()} ${size} ${mtime}`).digest('hex').slice(0, 32);
    const path = join(this.#folder, key, basename(uri.path));
    this.#used.set(key, (this.#used.get(key) ?? 0) + 1);
    const release = (): void => void this.#used.set(key, (this.#used.get(key) ?? 1) - 1);
    try {
      // One after the other: each has the whole file in memory for a moment.
      await this.#inTurn(() => this.#make(uri, path, limit));
      return { path, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #make(uri: vscode.Uri, path: string, limit: number): Promise<void> {
    const there = await stat(path).catch(() => null);
    if (there !== null) {
      await utimes(path, new Date(), there.mtime);
      return;
    }
    const bytes = await read(uri, () => vscode.workspace.fs.readFile(uri));
    // A file system may not know a file's size before it is read.
    if (bytes.byteLength > limit) throw tooLarge(uri, bytes.byteLength, limit);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
    await this.#evict(limit * COPIES);
  }

  /** Removes the copies that were used longest ago, and those that an earlier session left unfinished. */
  async #evict(room: number): Promise<void> {
    const copies = await Promise.all((await readdir(this.#folder)).map((key) => this.#facts(key)));
    let total = 0;
    for (const { key, size } of copies.sort((a, b) => b.used - a.used)) {
      total += size;
      if (total > room && (this.#used.get(key) ?? 0) <= 0) await rm(join(this.#folder, key), { recursive: true, force: true });
    }
  }

  async #facts(key: string): Promise<{ readonly key: string; readonly size: number; readonly used: number }> {
    const names = await readdir(join(this.#folder, key)).catch(() => []);
    const stats = await Promise.all(names.map((name) => stat(join(this.#folder, key, name)).catch(() => null)));
    return { key, size: stats.reduce((sum, each) => sum + (each?.size ?? 0), 0), used: stats.reduce((last, each) => Math.max(last, each?.atimeMs ?? 0), 0) };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** The setting, in bytes. */
function maximumSize(): number {
  const { default: usual, minimum, maximum } = REMOTE_SIZE;
  const value = vscode.workspace.getConfiguration('loupe').get<unknown>('remoteFiles.maximumSize');
  const wanted = typeof value === 'number' && Number.isFinite(value) ? value : usual;
  return Math.min(maximum, Math.max(minimum, wanted)) * 1024 * 1024;
}

function tooLarge(uri: vscode.Uri, size: number, limit: number): LoupeError {
  const { language } = vscode.env;
  const words = vscode.l10n.t(
    '{0} has {1}. Files that are not on disk have to be copied whole, up to {2} (setting loupe.remoteFiles.maximumSize).',
    basename(uri.path),
    byteText(size, language),
    byteText(limit, language),
  );
  return new LoupeError('too-large', words);
}

async function read<T>(uri: vscode.Uri, work: () => Thenable<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw toLoupeError(error);
    const code = error.code === 'FileNotFound' ? 'not-found' : error.code === 'NoPermissions' ? 'no-permission' : 'internal';
    throw new LoupeError(code, vscode.l10n.t('{0} cannot be read: {1}', basename(uri.path), error.message), { cause: error });
  }
}
