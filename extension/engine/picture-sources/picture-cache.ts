import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on disk that fetched pictures may take. */
export const PICTURE_CACHE_BYTES = 1024 ** 3;
/** When there is no room, so much of the cap is made free at once. */
const FREED_SHARE = 0.1;

interface Kept {
  readonly size: number;
  readonly used: number;
}

/** Fetched pictures on disk, within a cap; the ones used least recently go first. Engines share the folder. */
export class PictureCache {
  readonly #folder: string;
  readonly #bytes: number;
  #files: Promise<Map<string, Kept>> | null = null;

  constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  async get(url: string): Promise<Uint8Array | null> {
    const name = nameOf(url);
    const bytes = await readFile(join(this.#folder, name)).catch(() => null);
    if (bytes === null) return null;
    const now = new Date();
    await utimes(join(this.#folder, name), now, now).catch(() => undefined);
    (await this.#known()).set(name, { size: bytes.length, used: now.getTime() });
    return bytes;
  }

  /** A cache that cannot be written to keeps nothing, and nobody is disturbed by that. */
  async put(url: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.#bytes * FREED_SHARE) return;
    const name = nameOf(url);
    const part = join(this.#folder, `${name}.${randomUUID()}.part`);
    try {
      const files = await this.#known();
      files.set(name, { size: bytes.length, used: Date.now() });
      await this.#makeRoom(files);
      await writeFile(part, bytes);
      await rename(part, join(this.#folder, name));
    } catch {
      await rm(part, { force: true });
    }
  }

  /** Forgets every picture. */
  async clear(): Promise<void> {
    this.#files = null;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #known(): Promise<Map<string, Kept>> {
    this.#files ??= listFiles(this.#folder);
    return this.#files;
  }

  async #makeRoom(files: Map<string, Kept>): Promise<void> {
    let held = [...files.values()].reduce((sum, { size }) => sum + size, 0);
    if (held <= this.#bytes) return;
    for (const [name, { size }] of [...files].sort(([, a], [, b]) => a.used - b.used)) {
      if (held <= this.#bytes * (1 - FREED_SHARE)) return;
      files.delete(name);
      held -= size;
      await rm(join(this.#folder, name), { force: true });
    }
  }
}

async function listFiles(folder: string): Promise<Map<string, Kept>> {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, Kept>();
  for (const name of await readdir(folder)) {
    const facts = await stat(join(folder, name)).catch(() => null);
    if (facts?.isFile() === true) files.set(name, { size: facts.size, used: facts.mtimeMs });
  }
  return files;
}

function nameOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}
