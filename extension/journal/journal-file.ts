import { dirname } from 'node:path';
import type { DurableFile, DurableFiles } from '../durable/files.ts';
import { decodeJournal, recordLines, type DecodedJournal, type JournalRecord } from './record.ts';

/**
 * A journal on disk. Records are appended one after the other, each flushed before its `append` resolves: what was
 * acknowledged survives whatever happens to the program.
 */
export class JournalFile {
  readonly #file: DurableFile;
  #length: number;
  #last: Promise<void> = Promise.resolve();
  /** A write failed: what it left behind the last record has to go. */
  #torn = false;

  private constructor(file: DurableFile, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /**
   * Opens a journal, made when missing, and tells what it holds. What a crash cut off at its end is removed. A journal
   * that is damaged before its end goes on behind its last sound record; as it was found it is kept as `PATH.damaged`.
   */
  static async open(files: DurableFiles, path: string): Promise<{ readonly journal: JournalFile; readonly found: DecodedJournal }> {
    const file = await files.open(path, 'append');
    try {
      const { size } = await file.facts();
      const bytes = Buffer.allocUnsafe(size);
      const found = decodeJournal(bytes.subarray(0, await file.read(bytes, 0)));
      if (size === 0) await files.syncFolder(dirname(path));
      if (found.damagedLine !== null) await keepAside(files, `${path}.damaged`, bytes);
      if (found.length < size) await file.truncate(found.length);
      return { journal: new JournalFile(file, found.length), found };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Resolves when the record is on the disk. A record that failed left nothing behind that would be read. */
  append(record: JournalRecord): Promise<void> {
    const work = this.#last.then(() => this.#append(record));
    this.#last = work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #append(record: JournalRecord): Promise<void> {
    if (this.#torn) await this.#file.truncate(this.#length);
    this.#torn = true;
    let length = this.#length;
    for (const line of recordLines(record)) {
      const bytes = Buffer.from(line);
      await this.#file.write(bytes, length);
      length += bytes.length;
    }
    await this.#file.sync();
    this.#torn = false;
    this.#length = length;
  }
}

async function keepAside(files: DurableFiles, path: string, bytes: Buffer): Promise<void> {
  await files.remove(path);
  const file = await files.open(path, 'create');
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.syncFolder(dirname(path));
}
