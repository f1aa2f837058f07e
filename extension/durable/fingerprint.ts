import { createHash } from 'node:crypto';
import type { Fingerprint } from '../protocol/edits.ts';
import type { DurableFile, DurableFiles } from './files.ts';

/** Bytes of either end that are hashed: a Parquet footer, the end of an archive, the last lines. */
const SAMPLE = 64 * 1024;

/** What a file is now. @throws the file system's error */
export async function fingerprintOf(files: DurableFiles, path: string): Promise<Fingerprint> {
  const file = await files.open(path, 'read');
  try {
    return await fingerprintOfOpen(file);
  } finally {
    await file.close();
  }
}

export async function fingerprintOfOpen(file: DurableFile): Promise<Fingerprint> {
  const { size, modified } = await file.facts();
  const head = await hash(file, 0, Math.min(size, SAMPLE));
  const tail = await hash(file, Math.max(0, size - SAMPLE), size);
  return { size, modified: String(modified), head, tail };
}

/** Whether it is the file that was read, untouched since; a change in its middle shows in its time. */
export function sameFile(a: Fingerprint, b: Fingerprint): boolean {
  return a.size === b.size && a.modified === b.modified && a.head === b.head && a.tail === b.tail;
}

async function hash(file: DurableFile, start: number, end: number): Promise<string> {
  const bytes = Buffer.allocUnsafe(end - start);
  const filled = await file.read(bytes, start);
  return createHash('sha256').update(bytes.subarray(0, filled)).digest('hex');
}
