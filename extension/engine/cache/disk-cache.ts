import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../durable/is-alive.ts';
import type { ByteSource } from '../shards/source.ts';

/** Bytes at either end of a file that tell two files of one name, size and time apart. */
const SAMPLE = 64 * 1024;
/** A process of another machine cannot be asked whether it lives; after this long (ms) its files count as left behind. */
const FOREIGN_LIFETIME = 3 * 24 * 60 * 60 * 1000;

/** What the cache keeps: decompressed copies, and tables that queries run on. */
export type CachedKind = 'copy' | 'table';

const COMPLETE = /^([0-9a-f]{32})-([0-9a-z]+)\.(copy|table)$/;
/** DuckDB puts its write-ahead log beside a table that is being written. */
const PART = /\.(\d+)@([^@]*)\.[0-9a-f-]+\.part(\.wal)?$/;
const USE = /^(.*\.(?:copy|table))\.(\d+)@([^@]*)\.[0-9a-f-]+\.use$/;

/** A complete file of the cache, held for this process until `release`. */
export interface HeldFile {
  readonly path: string;
  /** What its maker noted in its name. */
  readonly tag: string;
  release(): Promise<void>;
}

/**
 * Files that can be made again, on disk within one cap, shared by all engine processes. A file is written under a
 * temporary name that carries its process, renamed when complete, and held by a marker file while a process reads
 * it; so whatever a dead process left behind is known and removed.
 *
 * - `KEY-TAG.copy`, `KEY-TAG.table`: complete
 * - `KEY.PID@HOST.ID.part`: being written
 * - `NAME.copy.PID@HOST.ID.use`: marker of a reader
 */
export class DiskCache {
  readonly #folder: string;
  readonly #bytes: number;

  private constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  /** Opens the cache in `folder`, made when missing, and removes what dead processes left. */
  static async open(folder: string, bytes: number): Promise<DiskCache> {
    const inner = join(folder, 'files');
    await mkdir(inner, { recursive: true });
    const cache = new DiskCache(inner, bytes);
    for (const name of await readdir(inner)) {
      if (await cache.#isLeftBehind(name)) await rm(join(inner, name), { force: true });
    }
    return cache;
  }

  /** What tells one content from another: path, size, time, a hash of head and tail, and what else the caller knows. */
  static async keyOf(source: ByteSource, more = ''): Promise<string> {
    const { mtimeMs } = await stat(source.path);
    const hash = createHash('sha256').update(`${source.path}\0${source.byteLength}\0${mtimeMs}\0${more}\0`);
    hash.update(await source.slice(0, SAMPLE));
    hash.update(await source.slice(Math.max(SAMPLE, source.byteLength - SAMPLE), source.byteLength));
    return hash.digest('hex').slice(0, 32);
  }

  /** A complete file of a key, held for reading; null where there is none. */
  async hold(key: string, kind: CachedKind): Promise<HeldFile | null> {
    const [name] = await this.#named(key, kind);
    return name === undefined ? null : this.#holdName(name);
  }

  /** Every complete file of a key, held for reading. */
  async holdAll(key: string, kind: CachedKind): Promise<HeldFile[]> {
    const held = await Promise.all((await this.#named(key, kind)).map((name) => this.#holdName(name)));
    return held.filter((file) => file !== null);
  }

  /** A name for a new file of the key. */
  partPath(key: string): string {
    return join(this.#folder, `${key}.${process.pid}@${hostname()}.${randomUUID()}.part`);
  }

  /** Makes a finished part the file of its key and holds it; null where it stays a part (the name is in use). */
  async complete(part: string, key: string, tag: string, kind: CachedKind): Promise<HeldFile | null> {
    const name = `${key}-${tag}.${kind}`;
    const held = await this.#holdName(name, false);
    try {
      await rename(part, join(this.#folder, name));
      return held;
    } catch {
      await held?.release();
      return null;
    }
  }

  /** Takes a file that turned out to be no good out of the cache. */
  async discard(file: HeldFile): Promise<void> {
    await rm(file.path, { force: true });
    await file.release();
  }

  async #named(key: string, kind: CachedKind): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => {
      const match = COMPLETE.exec(name);
      return match?.[1] === key && match[3] === kind;
    });
  }

  /**
   * Evicts the files used least recently, never one in use, until `needed` more bytes fit. Answers the bytes
   * that may still be added; less than `needed` where the rest is in use.
   */
  async makeRoom(needed: number): Promise<number> {
    const names = await readdir(this.#folder);
    const inUse = new Set<string>();
    for (const name of names) {
      const use = USE.exec(name);
      if (use?.[1] !== undefined) inUse.add(use[1]);
    }
    const files = await Promise.all(names.filter((name) => COMPLETE.test(name) || PART.test(name)).map((name) => this.#facts(name)));
    let room = this.#bytes - files.reduce((sum, file) => sum + file.size, 0);
    const evictable = files.filter((file) => COMPLETE.test(file.name) && !inUse.has(file.name)).sort((a, b) => a.used - b.used);
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
  async #holdName(name: string, mustExist = true): Promise<HeldFile | null> {
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
    return { path, tag: COMPLETE.exec(name)?.[2] ?? '', release };
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
