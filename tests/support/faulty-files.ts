import { constants, readFileSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import type { DurableFile, DurableFiles, OpenMode } from '../../extension/durable/files.ts';
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';

/** The process is gone: nothing is called any more, no temporary file is removed. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Fault {
  /** The number of the call, from 0, that goes wrong. */
  readonly at: number;
  /** `crash`: nothing after it happens, and what was not flushed is lost; else the call fails with this error code. */
  readonly kind: string;
}

interface Unflushed {
  /** The content that is on the disk for certain. */
  flushed: Buffer;
}

/**
 * The files of this machine with one call that goes wrong. On a crash whatever was written and not flushed becomes
 * zeros, which is what a power cut leaves at worst: a rename that came before its file was flushed shows.
 */
export class FaultyFiles implements DurableFiles {
  /** What was called, in order. */
  readonly calls: string[] = [];
  readonly #fault: Fault | null;
  readonly #base: DurableFiles;
  readonly #unflushed = new Map<string, Unflushed>();
  #crashed = false;

  constructor(fault: Fault | null = null, base: DurableFiles = LOCAL_FILES) {
    this.#fault = fault;
    this.#base = base;
  }

  realPath(path: string): Promise<string> {
    return this.call('realPath', () => this.#base.realPath(path));
  }

  facts(path: string): Promise<Awaited<ReturnType<DurableFiles['facts']>>> {
    return this.call('facts', () => this.#base.facts(path));
  }

  async open(path: string, mode: OpenMode): Promise<DurableFile> {
    return this.call(`open ${mode}`, async () => new FaultyFile(this, path, await this.#base.open(path, mode)));
  }

  clone(from: string, to: string): Promise<boolean> {
    return this.call('clone', async () => {
      const shared = await this.#base.clone(from, to);
      if (shared) this.#unflushed.set(to, { flushed: Buffer.alloc(0) });
      return shared;
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.call('rename', async () => {
      await this.#base.rename(from, to);
      const pending = this.#unflushed.get(from);
      this.#unflushed.delete(from);
      if (pending !== undefined) this.#unflushed.set(to, pending);
    });
  }

  remove(path: string): Promise<void> {
    return this.call('remove', () => this.#base.remove(path));
  }

  list(folder: string): Promise<readonly string[]> {
    return this.call('list', () => this.#base.list(folder));
  }

  syncFolder(folder: string): Promise<void> {
    return this.call('syncFolder', () => this.#base.syncFolder(folder));
  }

  /** Does a call unless it is the one that goes wrong; `half` is what a crash in its middle leaves done. */
  async call<T>(name: string, work: () => Promise<T>, half: () => Promise<unknown> = () => Promise.resolve()): Promise<T> {
    if (this.#crashed) throw new Crash(name);
    const number = this.calls.push(name) - 1;
    if (this.#fault?.at !== number) return work();
    if (this.#fault.kind !== 'crash') throw Object.assign(new Error(`${name}: ${this.#fault.kind}`), { code: this.#fault.kind });
    await half();
    this.#crashed = true;
    for (const [path, { flushed }] of this.#unflushed) writeFileSync(path, Buffer.concat([flushed, Buffer.alloc(Math.max(0, sizeOf(path) - flushed.length))]));
    throw new Crash(name);
  }

  /** Notes that a file is about to be written to. */
  touch(path: string): void {
    if (!this.#unflushed.has(path)) this.#unflushed.set(path, { flushed: readFileSync(path) });
  }

  flushed(path: string): void {
    this.#unflushed.delete(path);
  }
}

/** As on a file system that shares blocks: the copy is there at once. */
export const SHARING_FILES: DurableFiles = {
  ...LOCAL_FILES,
  clone: async (from, to) => {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  },
};

class FaultyFile implements DurableFile {
  readonly #files: FaultyFiles;
  readonly #path: string;
  readonly #file: DurableFile;

  constructor(files: FaultyFiles, path: string, file: DurableFile) {
    this.#files = files;
    this.#path = path;
    this.#file = file;
  }

  read(target: Buffer, position: number): Promise<number> {
    return this.#files.call('read', () => this.#file.read(target, position));
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    this.#files.touch(this.#path);
    const half = bytes.subarray(0, bytes.length >> 1);
    return this.#files.call('write', () => this.#file.write(bytes, position), () => this.#file.write(half, position));
  }

  truncate(length: number): Promise<void> {
    this.#files.touch(this.#path);
    return this.#files.call('truncate', () => this.#file.truncate(length));
  }

  facts(): Promise<Awaited<ReturnType<DurableFile['facts']>>> {
    return this.#files.call('facts', () => this.#file.facts());
  }

  setMode(mode: number): Promise<void> {
    return this.#files.call('setMode', () => this.#file.setMode(mode));
  }

  setOwner(owner: number, group: number): Promise<void> {
    return this.#files.call('setOwner', () => this.#file.setOwner(owner, group));
  }

  async sync(): Promise<void> {
    await this.#files.call('sync', () => this.#file.sync());
    this.#files.flushed(this.#path);
  }

  /** Descriptors are closed in any case, or a thousand crashes would leave none. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

function sizeOf(path: string): number {
  return readFileSync(path).length;
}
