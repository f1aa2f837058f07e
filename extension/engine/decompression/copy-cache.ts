import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { FileSource } from '../shards/source.ts';

/** Bytes at either end of a file that tell two files of one name, size and time apart. */
const SAMPLE = 64 * 1024;
/** A process of another machine cannot be asked whether it lives; after this long (ms) its files count as left behind. */
const FOREIGN_LIFETIME = 3 * 24 * 60 * 60 * 1000;

const COPY = /^([0-9a-f]{32})-(\d+)\.copy$/;
const PART = /\.(\d+)@([^@]*)\.[0-9a-f-]+\.part$/;
const USE = /^(.*\.copy)\.(\d+)@([^@]*)\.[0-9a-f-]+\.use$/;

/** A complete copy in the cache, held open for this process until `release`. */
export interface HeldCopy {
  readonly path: string;
  /** Members or frames that the compressed file has. */
  readonly streams: number;
  release(): Promise<void>;
}

/**
 * Decompressed copies on disk, shared by all engine processes. A copy is written under a temporary name
 * that carries its process, renamed when complete, and held by a marker file while a process reads it; so
 * whatever a dead process left behind is known and removed.
 *
 * - `KEY-STREAMS.copy`: complete
 * - `KEY.PID@HOST.ID.part`: being written
 * - `NAME.copy.PID@HOST.ID.use`: marker of a reader
 */
export class CopyCache {
  readonly #folder: string;
  readonly #bytes: number;

  private constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  /** Opens the cache in `folder`, made when missing, and removes what dead processes left. */
  static async open(folder: string, bytes: number): Promise<CopyCache> {
    const inner = join(folder, 'decompressed');
    await mkdir(inner, { recursive: true });
    const cache = new CopyCache(inner, bytes);
    for (const name of await readdir(inner)) {
      if (await cache.#isLeftBehind(name)) await rm(join(inner, name), { force: true });
    }
    return cache;
  }

  /** What tells one content from another: path, size, time, and a hash of head and tail. */
  static async keyOf(source: FileSource): Promise<string> {
    const { mtimeMs } = await stat(source.path);
    const hash = createHash('sha256').update(`${source.path}\0${source.byteLength}\0${mtimeMs}\0`);
    hash.update(await source.slice(0, SAMPLE));
    hash.update(await source.slice(Math.max(SAMPLE, source.byteLength - SAMPLE), source.byteLength));
    return hash.digest('hex').slice(0, 32);
  }

  /** The complete copy of a key, held for reading; null where there is none. */
  async hold(key: string): Promise<HeldCopy | null> {
    const name = (await readdir(this.#folder)).find((entry) => COPY.exec(entry)?.[1] === key);
    return name === undefined ? null : this.#holdName(name);
  }

  /** A name for a new copy of the key. */
  partPath(key: string): string {
    return join(this.#folder, `${key}.${process.pid}@${hostname()}.${randomUUID()}.part`);
  }

  /** Makes a finished part the copy of its key and holds it; null where it stays a part (the name is in use). */
  async complete(part: string, key: string, streams: number): Promise<HeldCopy | null> {
    const name = `${key}-${streams}.copy`;
    const held = await this.#holdName(name, false);
    try {
      await rename(part, join(this.#folder, name));
      return held;
    } catch {
      await held?.release();
      return null;
    }
  }

  /**
   * Evicts the copies used least recently, never one in use, until `needed` more bytes fit. Answers the bytes
   * that may still be added; less than `needed` where the rest is in use.
   */
  async makeRoom(needed: number): Promise<number> {
    const names = await readdir(this.#folder);
    const inUse = new Set<string>();
    for (const name of names) {
      const use = USE.exec(name);
      if (use?.[1] !== undefined) inUse.add(use[1]);
    }
    const files = await Promise.all(names.filter((name) => COPY.test(name) || PART.test(name)).map((name) => this.#facts(name)));
    let room = this.#bytes - files.reduce((sum, file) => sum + file.size, 0);
    const evictable = files.filter((file) => COPY.test(file.name) && !inUse.has(file.name)).sort((a, b) => a.used - b.used);
    for (const file of evictable) {
      if (room >= needed) break;
      await rm(join(this.#folder, file.name), { force: true }).then(
        () => (room += file.size),
        () => undefined,
      );
    }
    return room;
  }

  async #facts(name: string): Promise<{ name: string; size: number; used: number }> {
    try {
      const { size, mtimeMs } = await stat(join(this.#folder, name));
      return { name, size, used: mtimeMs };
    } catch {
      return { name, size: 0, used: 0 };
    }
  }

  /** Marks before looking, so that no other process removes the copy in between. */
  async #holdName(name: string, mustExist = true): Promise<HeldCopy | null> {
    const path = join(this.#folder, name);
    const marker = `${path}.${process.pid}@${hostname()}.${randomUUID()}.use`;
    await writeFile(marker, '');
    const release = (): Promise<void> => rm(marker, { force: true });
    try {
      const now = new Date();
      if (mustExist) await utimes(path, now, now);
    } catch {
      await release();
      return null;
    }
    return { path, streams: Number(COPY.exec(name)?.[2] ?? 0), release };
  }

  async #isLeftBehind(name: string): Promise<boolean> {
    const owner = PART.exec(name)?.slice(1) ?? USE.exec(name)?.slice(2);
    if (owner === undefined) return false;
    const [pid, host] = owner;
    if (host === hostname()) return !isAlive(Number(pid));
    return Date.now() - (await this.#facts(name)).used > FOREIGN_LIFETIME;
  }
}

/** Opens a new file for writing, refusing one that is there. */
export function createPart(path: string): ReturnType<typeof open> {
  return open(path, 'wx', 0o600);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
