import type { DurableFiles } from '../../durable/files.ts';
import { fingerprintOf, sameFile } from '../../durable/fingerprint.ts';
import type { Fingerprint, SaveReport, SaveTarget } from '../../protocol/edits.ts';
import type { EditSet } from '../edits/edit-set.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import { FileSource } from '../shards/source.ts';
import { replaceFile } from './replace-file.ts';
import { changedError, saveError } from './save-error.ts';
import { writeCompressed } from './write-compressed.ts';
import { writePlain, type Written } from './write-plain.ts';

/** One save. */
export interface SaveJob {
  readonly rewriter: Rewriter;
  readonly edits: EditSet;
  /** The shard's own file where there is no path. */
  readonly target: SaveTarget;
  /** The file as it was when it was opened; null where the rewriter's own look at it is enough. */
  readonly expected: Fingerprint | null;
}

/**
 * Writes a shard with its edits; see `replaceFile` for what holds at any instant.
 * @throws LoupeError `changed`, `conflict`, `linked`, `no-permission`, `not-found`, `too-large`, `malformed`, `unsupported`, `cancelled`
 */
export async function saveShard(files: DurableFiles, { rewriter, edits, target, expected }: SaveJob, signal: AbortSignal): Promise<SaveReport> {
  const { path } = rewriter;
  // Before the rewriter looks at the file: whatever happens to it from here on is found by one of the two looks that follow.
  const fingerprint = await fingerprintOf(files, path).catch((error: unknown) => Promise.reject(saveError(path, error)));
  await rewriter.prepare(signal);
  if (expected !== null && !sameFile(expected, fingerprint)) throw changedError(path);
  const write = async (temporary: string): Promise<Written> => {
    const source = await FileSource.open(path);
    try {
      return await writeContent(files, { rewriter, edits, source }, temporary, signal);
    } finally {
      await source.close();
    }
  };
  const job = { source: { path, fingerprint }, target: target.path ?? path, breakHardLinks: target.breakHardLinks ?? false };
  const { written, ...replaced } = await replaceFile(files, job, write, signal);
  return { ...replaced, bytesEncoded: written.bytesEncoded, bytesCopied: written.bytesCopied };
}

interface Content {
  readonly rewriter: Rewriter;
  readonly edits: EditSet;
  readonly source: FileSource;
}

function writeContent(files: DurableFiles, { rewriter, edits, source }: Content, temporary: string, signal: AbortSignal): Promise<Written> {
  const splices = rewriter.splices(edits, signal);
  const { compression } = rewriter;
  if (compression === 'none') return writePlain(files, source, splices, temporary, signal);
  return writeCompressed(files, { source, compression, splices }, temporary, signal);
}
