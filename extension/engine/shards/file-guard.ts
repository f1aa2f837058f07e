import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';

/** What happened to a file since it was opened. */
export type FileNews = 'same' | 'grown' | 'deleted';

interface Facts {
  readonly inode: number;
  readonly size: number;
  readonly modified: number;
}

/**
 * Watches by asking: a JSON Lines file may be appended to while it is open; any other change means that the
 * index describes a file that is no more.
 */
export class FileGuard {
  readonly #path: string;
  readonly #mayGrow: boolean;
  #known: Facts;

  private constructor(path: string, mayGrow: boolean, known: Facts) {
    this.#path = path;
    this.#mayGrow = mayGrow;
    this.#known = known;
  }

  static async of(path: string, mayGrow: boolean): Promise<FileGuard> {
    return new FileGuard(path, mayGrow, await facts(path));
  }

  /**
   * Looks at the file again. A deleted file stays readable through the handle that is open.
   * @throws LoupeError 'changed' where it shrank, was replaced or rewritten
   */
  async check(): Promise<FileNews> {
    let now: Facts;
    try {
      now = await facts(this.#path);
    } catch {
      return 'deleted';
    }
    const before = this.#known;
    if (now.inode !== before.inode) throw this.#changed('was replaced');
    if (now.size < before.size) throw this.#changed(`shrank from ${before.size} to ${now.size} bytes`);
    if (now.size > before.size) {
      if (!this.#mayGrow) throw this.#changed(`grew from ${before.size} to ${now.size} bytes`);
      this.#known = now;
      return 'grown';
    }
    if (now.modified !== before.modified) throw this.#changed('was rewritten');
    return 'same';
  }

  #changed(what: string): LoupeError {
    return new LoupeError('changed', `${basename(this.#path)} ${what} while it was open; open it again.`, { path: this.#path });
  }
}

async function facts(path: string): Promise<Facts> {
  const { ino, size, mtimeMs } = await stat(path);
  return { inode: ino, size, modified: mtimeMs };
}
