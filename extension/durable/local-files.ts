import type { BigIntStats } from 'node:fs';
import { constants, copyFile, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import type { DurableFile, DurableFiles, FileFacts, OpenMode } from './files.ts';

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  append: constants.O_RDWR | constants.O_CREAT,
};

/** Made for nobody else's eyes; a save gives its file the original's mode when it is whole. */
const PRIVATE = 0o600;

/** The files of this machine. */
export const LOCAL_FILES: DurableFiles = {
  realPath: (path) => realpath(path),
  facts: async (path) => factsOf(await stat(path, { bigint: true })),
  open: async (path, mode) => new LocalFile(await open(path, FLAGS[mode], PRIVATE)),
  async clone(from, to) {
    try {
      await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch {
      // File systems say in many ways that they cannot; what else may be wrong shows when the bytes are copied.
      await rm(to, { force: true });
      return false;
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  list: (folder) => readdir(folder),
  async syncFolder(folder) {
    // Windows opens no folder; its rename is on the disk when it returns.
    if (process.platform === 'win32') return;
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

class LocalFile implements DurableFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(target: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.#handle.read(target, filled, target.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  async facts(): Promise<FileFacts> {
    return factsOf(await this.#handle.stat({ bigint: true }));
  }

  setMode(mode: number): Promise<void> {
    return this.#handle.chmod(mode);
  }

  setOwner(owner: number, group: number): Promise<void> {
    return this.#handle.chown(owner, group);
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function factsOf(stats: BigIntStats): FileFacts {
  return {
    size: Number(stats.size),
    modified: stats.mtimeNs,
    mode: Number(stats.mode) & 0o7777,
    owner: Number(stats.uid),
    group: Number(stats.gid),
    links: Number(stats.nlink),
    isFile: stats.isFile(),
  };
}

/** The code of a file-system error; empty where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
