import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../durable/is-alive.ts';
import { LOCAL_FILES } from '../../durable/local-files.ts';
import { JournalFile } from '../../journal/journal-file.ts';
import { decodeJournal, type JournalRecord } from '../../journal/record.ts';

/** The journals of this machine's user, one for each document with edits; named by document and process. */
export class EditJournals {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A document's journal with what it holds, made when missing. */
  async open(document: string): Promise<{ readonly journal: JournalFile; readonly records: readonly JournalRecord[]; readonly path: string }> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#path(document);
    const { journal, found } = await JournalFile.open(LOCAL_FILES, path);
    return { journal, records: found.records, path };
  }

  /** Takes over what a process left behind that is no more; the records of its journal, none where there is none. */
  async adopt(document: string): Promise<readonly JournalRecord[]> {
    const key = keyOf(document);
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const [, owner, pid] = /^([0-9a-f]{32})-(\d+)\.journal$/.exec(name) ?? [];
      if (owner !== key || pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
      const own = this.#path(document);
      const left = join(this.#folder, name);
      if (left !== own) await rename(left, own).catch(() => undefined);
      return readRecords(own);
    }
    return [];
  }

  async remove(document: string): Promise<void> {
    await rm(this.#path(document), { force: true });
  }

  #path(document: string): string {
    return join(this.#folder, `${keyOf(document)}-${process.pid}.journal`);
  }
}

/** The records of a journal or of a backup, as far as it is whole. */
export async function readRecords(path: string): Promise<readonly JournalRecord[]> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? [] : decodeJournal(bytes).records;
}

function keyOf(document: string): string {
  return createHash('sha256').update(document).digest('hex').slice(0, 32);
}
