import type { DurableFile, DurableFiles } from '../../durable/files.ts';
import type { FileSource } from '../shards/source.ts';
import { FileOutput } from './file-output.ts';
import { keepsLength, type Splice, type Splices } from './splice.ts';
import { checkReplaced, SplicedOutput } from './spliced-output.ts';

/** Bytes of the old file that are copied at a time. */
const PIECE = 4 * 1024 * 1024;

/** What making the new content took. */
export interface Written {
  readonly file: DurableFile;
  readonly bytesEncoded: number;
  readonly bytesCopied: number;
}

/**
 * Writes a file that is another one with splices. Where the file system shares blocks, only what was edited and what
 * moves behind it is written; elsewhere the whole file is copied in one pass.
 */
export async function writePlain(files: DurableFiles, source: FileSource, splices: Splices, temporary: string, signal: AbortSignal): Promise<Written> {
  const cloned = await files.clone(source.path, temporary);
  const file = await files.open(temporary, cloned ? 'update' : 'create');
  try {
    const rest = splices[Symbol.asyncIterator]();
    const lead = cloned ? await writeInPlace(file, source, rest, signal) : { first: null, from: 0, bytes: 0 };
    if (lead.from === null) return { file, bytesEncoded: lead.bytes, bytesCopied: 0 };
    const moved = await writeFrom(file, source, { from: lead.from, splices: startingWith(lead.first, rest) }, signal);
    return { file, bytesEncoded: lead.bytes + moved.put, bytesCopied: moved.kept };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Splices up to the first that moves what is behind it go where they belong; `from` is null where none does. */
async function writeInPlace(file: DurableFile, source: FileSource, splices: AsyncIterator<Splice>, signal: AbortSignal): Promise<{ first: Splice | null; from: number | null; bytes: number }> {
  let bytes = 0;
  for (let next = await splices.next(); next.done !== true; next = await splices.next()) {
    signal.throwIfAborted();
    const splice = next.value;
    if (!keepsLength(splice)) return { first: splice, from: splice.start, bytes };
    checkReplaced(splice, await source.slice(splice.start, splice.end), splice.start);
    await file.write(splice.bytes, splice.start);
    bytes += splice.bytes.length;
  }
  return { first: null, from: null, bytes };
}

async function writeFrom(file: DurableFile, source: FileSource, { from, splices }: { from: number; splices: Splices }, signal: AbortSignal): Promise<SplicedOutput> {
  const output = new FileOutput(file, from);
  const spliced = new SplicedOutput(splices, (bytes) => output.write(bytes), from);
  const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(1, source.byteLength - from)));
  try {
    for (let at = from; at < source.byteLength; ) {
      signal.throwIfAborted();
      const length = await source.readInto(piece, at);
      if (length === 0) break;
      await spliced.push(piece.subarray(0, length));
      at += length;
    }
    await spliced.end();
  } finally {
    await spliced.close();
  }
  await file.truncate(await output.end());
  return spliced;
}

async function* startingWith(first: Splice | null, rest: AsyncIterator<Splice>): Splices {
  if (first !== null) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
